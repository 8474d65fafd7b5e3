"""What a decoding task leaves beside its records: rejects, new vault rows, and counts per file.

Each task writes small Parquet files named by the first record id of what it was given, first under
a temporary name, so that a task that is repeated writes the same files again.
"""

import secrets
import shutil
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

MOMENT = pa.timestamp("us", "UTC")
ROWS_PER_GROUP = 20_000
REJECTS = pa.schema(
    [
        ("file_id", pa.string()),
        ("feed", pa.string()),
        ("file_name", pa.string()),
        ("record_no", pa.int64()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("payload", pa.string()),
        ("known_at", MOMENT),
    ]
)
NUMBERS = pa.schema([("token", pa.string()), ("ciphertext", pa.binary()), ("key_id", pa.string())])
OUTCOMES = pa.schema(
    [
        ("bundle_no", pa.int64()),
        ("bundle_row", pa.int32()),
        ("status", pa.string()),
        ("reason", pa.string()),
        ("detail", pa.string()),
        ("records", pa.int64()),
        ("rejected_records", pa.int64()),
        ("ignored_columns", pa.string()),
    ]
)
SCHEMAS = {"rejects": REJECTS, "numbers": NUMBERS, "outcomes": OUTCOMES}


@dataclass
class ByproductWriter:
    """Writes the byproducts of one task below `folder`, many rows at a time."""

    folder: Path
    first_record_id: int
    _writers: dict[str, tuple[Path, pq.ParquetWriter]] = field(default_factory=dict)
    _waiting: dict[str, list[dict[str, Any]]] = field(
        default_factory=lambda: {kind: [] for kind in SCHEMAS}
    )

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
            folder = self.folder / kind
            folder.mkdir(parents=True, exist_ok=True)
            temporary = folder / f".{secrets.token_hex(8)}"
            writer = pq.ParquetWriter(temporary, SCHEMAS[kind], compression="zstd")
            self._writers[kind] = temporary, writer
        return self._writers[kind][1]

    def close(self) -> None:
        """Make the files appear."""
        for kind in SCHEMAS:
            self._flush(kind)
        for temporary, writer in self._writers.values():
            writer.close()
            temporary.rename(temporary.with_name(f"{self.first_record_id:020d}.parquet"))


def written(folder: Path, kind: str) -> list[str]:
    """The files of a kind that the tasks left."""
    return [str(path) for path in sorted(folder.glob(f"{kind}/[0-9]*.parquet"))]


def clear(folder: Path) -> None:
    shutil.rmtree(folder, ignore_errors=True)
