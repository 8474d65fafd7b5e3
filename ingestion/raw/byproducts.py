"""What a decoding task leaves beside its records: rejects, new vault rows, and counts per file.

Each task writes small Parquet files with a deterministic name, first under a temporary one, so
that a task that is repeated writes the same files again.
"""

import shutil
from collections.abc import Iterable, Mapping, Sequence
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MOMENT = pa.timestamp("us", "UTC")
ROWS_PER_GROUP = 20_000
SCHEMAS = {
    "rejects": pa.schema([
        ("file_id", pa.string()), ("feed", pa.string()), ("file_name", pa.string()),
        ("record_no", pa.int64()), ("reason", pa.string()), ("detail", pa.string()),
        ("payload", pa.string()), ("known_at", MOMENT), ("run_id", pa.int64()),
    ]),
    "numbers": pa.schema([
        ("token", pa.string()), ("ciphertext", pa.binary()), ("key_id", pa.string()),
        ("run_id", pa.int64()),
    ]),
    "outcomes": pa.schema([
        ("bundle", pa.string()), ("bundle_row", pa.int32()), ("status", pa.string()),
        ("reason", pa.string()), ("detail", pa.string()), ("records", pa.int64()),
        ("rejected_records", pa.int64()), ("ignored_columns", pa.string()),
    ]),
}  # fmt: skip


class ByproductWriter:
    """Writes the byproducts of one task below `folder`, many rows at a time."""

    def __init__(self, folder: str, task: int) -> None:
        self._folder = Path(folder)
        self._name = f"task-{task:06d}.parquet"
        self._writers: dict[str, pq.ParquetWriter] = {}
        self._waiting: dict[str, list[dict[str, Any]]] = {kind: [] for kind in SCHEMAS}

    def add(self, kind: str, rows: Iterable[dict[str, Any]]) -> None:
        self._waiting[kind].extend(rows)
        if len(self._waiting[kind]) >= ROWS_PER_GROUP:
            self._flush(kind)

    def write(self, kind: str, columns: Mapping[str, Sequence[Any]]) -> None:
        """Write columns that are large enough to be a row group of their own."""
        table = pa.table(dict(columns), schema=SCHEMAS[kind])
        if table.num_rows:
            self._writer(kind).write_table(table)

    def _flush(self, kind: str) -> None:
        if self._waiting[kind]:
            table = pa.Table.from_pylist(self._waiting[kind], schema=SCHEMAS[kind])
            self._writer(kind).write_table(table)
            self._waiting[kind].clear()

    def _writer(self, kind: str) -> pq.ParquetWriter:
        if kind not in self._writers:
            folder = self._folder / kind
            folder.mkdir(parents=True, exist_ok=True)
            self._writers[kind] = pq.ParquetWriter(
                folder / f".{self._name}", SCHEMAS[kind], compression="zstd"
            )
        return self._writers[kind]

    def close(self) -> None:
        """Make the files appear."""
        for kind in SCHEMAS:
            self._flush(kind)
        for kind, writer in self._writers.items():
            writer.close()
            folder = self._folder / kind
            (folder / f".{self._name}").rename(folder / self._name)


def batch_folder(byproducts: Path, batch_id: int) -> Path:
    return byproducts / f"batch-{batch_id:08d}"


def written(folder: Path, kind: str) -> list[str]:
    """The files of a kind that the tasks of all feeds of a batch left."""
    return [str(path) for path in sorted(folder.glob(f"*/{kind}/task-*.parquet"))]


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
