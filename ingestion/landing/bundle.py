"""Bundles: Parquet files with one row per delivered file, its content encrypted as delivered.

Bundles are numbered 1, 2, … and give every file the numbers of its records: record n of a file has
the id `first_record_id` + n, and no file can hold so many records that it reaches the next one's.
"""

import os
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from ingestion.keys import Keyring
from ingestion.landing.envelope import Envelope, new_envelope
from ingestion.landing.intake import Delivery
from ingestion.landing.journal import Key
from ingestion.landing.names import printable
from ingestion.landing.store import BundleStore

SCHEMA = pa.schema(
    [
        pa.field("bundle_no", pa.int64(), nullable=False),
        pa.field("bundle_row", pa.int32(), nullable=False),
        pa.field("feed", pa.string(), nullable=False),
        pa.field("file_name", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
        pa.field("compression", pa.string(), nullable=False),
        pa.field("size_bytes", pa.int64(), nullable=False),
        pa.field("most_bytes", pa.int64(), nullable=False),
        pa.field("first_record_id", pa.int64(), nullable=False),
        pa.field("content", pa.binary()),
        pa.field("nonce", pa.binary()),
        pa.field("key_id", pa.string(), nullable=False),
        pa.field("wrapped_key", pa.binary(), nullable=False),
        pa.field("source_path", pa.string(), nullable=False),
        pa.field("source_mtime_ns", pa.int64(), nullable=False),
        pa.field("reject_reason", pa.string()),
        pa.field("reject_detail", pa.string()),
        pa.field("received_at", pa.timestamp("us", "UTC"), nullable=False),
        pa.field("known_at", pa.timestamp("us", "UTC"), nullable=False),
    ]
)
# the content is encrypted: neither compression nor a dictionary nor statistics could help
CONTENT = "content"
OTHERS = [name for name in SCHEMA.names if name != CONTENT]
KEY_COLUMNS = ["source_path", "size_bytes", "source_mtime_ns"]
# so many record ids belong to one bundle
RECORD_IDS = 2**34


def most_records(delivery: Delivery) -> int:
    """How many records a file may hold at the most: each has a byte and, but the last, a break."""
    return 0 if delivery.rejection else delivery.most_bytes // 2 + 1


@dataclass
class BundleWriter:
    """Writes one bundle to a file of this disk; `close` hands it to the store, where it appears
    whole."""

    store: BundleStore
    unfinished: Path
    bundle_no: int
    keyring: Keyring
    known_at: datetime
    row_group_bytes: int
    size_bytes: int = 0
    keys: list[Key] = field(default_factory=list)
    record_count: int = 0
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _pending_bytes: int = 0
    _row_count: int = 0

    def __post_init__(self) -> None:
        self.unfinished.parent.mkdir(parents=True, exist_ok=True)
        self._envelope: Envelope = new_envelope(self.keyring)
        # a killed run may have left it, linked to a finished bundle already: it must not be written
        self.unfinished.unlink(missing_ok=True)
        self._file = open(self.unfinished, "xb")  # noqa: SIM115 (closed by close or abandon)
        self._writer = pq.ParquetWriter(
            self._file,
            SCHEMA,
            compression={name: "zstd" if name in OTHERS else "none" for name in SCHEMA.names},
            use_dictionary=OTHERS,
            write_statistics=["feed"],
        )

    def has_room_for(self, delivery: Delivery) -> bool:
        """Whether the bundle has ids left for all the records that the file may hold."""
        return self.record_count + most_records(delivery) < RECORD_IDS

    def add(self, delivery: Delivery, path: str) -> None:
        """Add one file; a row group is written when enough content is waiting."""
        if self._rows and self._rows[-1]["feed"] != delivery.source.feed:
            self._flush()
        self._rows.append(self._row(delivery, path))
        self.keys.append((path, delivery.source.size, delivery.source.mtime_ns))
        self.record_count += most_records(delivery)
        size = len(delivery.content or b"")
        self._pending_bytes += size
        self.size_bytes += size
        if self._pending_bytes >= self.row_group_bytes:
            self._flush()

    def _row(self, delivery: Delivery, path: str) -> dict[str, Any]:
        source, refused = delivery.source, delivery.rejection
        file_name = printable(source.name)
        label = content_label(source.feed, file_name, delivery.file_id)
        nonce, content = None, None
        if delivery.content is not None:
            nonce, content = self._envelope.seal(delivery.content, label)
        row = {
            "bundle_no": self.bundle_no,
            "bundle_row": self._row_count,
            "feed": source.feed,
            "file_name": file_name,
            "file_id": delivery.file_id,
            "format": delivery.named.format,
            "compression": delivery.named.compression,
            "size_bytes": source.size,
            "most_bytes": delivery.most_bytes,
            "first_record_id": self.bundle_no * RECORD_IDS + self.record_count,
            "content": content,
            "nonce": nonce,
            "key_id": self._envelope.key_id,
            "wrapped_key": self._envelope.wrapped_key,
            "source_path": path,
            "source_mtime_ns": source.mtime_ns,
            "reject_reason": refused.reason if refused else None,
            "reject_detail": refused.detail if refused else None,
            "received_at": datetime.now(UTC),
            "known_at": self.known_at,
        }
        self._row_count += 1
        return row

    def _flush(self) -> None:
        if self._rows:
            columns = {name: [row[name] for row in self._rows] for name in SCHEMA.names}
            self._writer.write_table(pa.table(columns, schema=SCHEMA))
            self._rows.clear()
            self._pending_bytes = 0

    def close(self) -> None:
        """Finish the bundle durably."""
        self._flush()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self.store.add(self.bundle_no, self.unfinished)

    def abandon(self) -> None:
        """Leave nothing behind of a bundle that was not finished."""
        self._file.close()
        self.unfinished.unlink(missing_ok=True)


def content_label(feed: str, file_name: str, file_id: str) -> str:
    """What a stored content is bound to; it opens under this label only."""
    return f"{feed}/{file_name}#{file_id}"


def stored_keys(file: Any) -> list[Key]:
    """The deliveries in a finished bundle, without reading their content."""
    table = pq.read_table(file, columns=KEY_COLUMNS)
    return list(zip(*(table[name].to_pylist() for name in KEY_COLUMNS), strict=True))
