"""What a decoding task leaves beside its records: rejects, new vault rows, and counts per file.

Each task writes small Parquet files named by the first record id of what it was given, first under
a temporary name, so that a task that is repeated writes the same files again.
"""

import secrets
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.lake import Folder

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

    folder: Folder
    first_record_id: int
    _writers: dict[str, "_Writing"] = field(default_factory=dict)
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
            self._writers[kind] = _Writing.of(self.folder / kind, SCHEMAS[kind], self._name)
        return self._writers[kind].writer

    def close(self) -> None:
        """Make the files appear."""
        for kind in SCHEMAS:
            self._flush(kind)
        for writing in self._writers.values():
            writing.finish()

    @property
    def _name(self) -> str:
        return f"{self.first_record_id:020d}.parquet"


@dataclass(frozen=True)
class _Writing:
    """A file that appears when it is whole: in a bucket by itself, on a disk by its name."""

    folder: Folder
    temporary: str
    name: str
    file: Any
    writer: pq.ParquetWriter

    @classmethod
    def of(cls, folder: Folder, schema: pa.Schema, name: str) -> "_Writing":
        temporary = name if folder.is_remote else f".{secrets.token_hex(8)}"
        file = folder.write(temporary)
        writer = pq.ParquetWriter(file, schema, compression="zstd")
        return cls(folder, temporary, name, file, writer)

    def finish(self) -> None:
        self.writer.close()
        self.file.close()
        if self.temporary != self.name:
            self.folder.rename(self.temporary, self.name)


def written(folder: Folder, kind: str) -> list[str]:
    """The files of a kind that the tasks left."""
    of_kind = folder / kind
    return [str(of_kind / name) for name in of_kind.names() if name[0].isdigit()]
