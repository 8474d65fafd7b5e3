"""Bundles: Parquet files with one row per delivered file, its content encrypted as delivered."""

import os
import secrets
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

SCHEMA = pa.schema(
    [
        pa.field("bundle", pa.string(), nullable=False),
        pa.field("bundle_row", pa.int32(), nullable=False),
        pa.field("feed", pa.string(), nullable=False),
        pa.field("file_name", pa.string(), nullable=False),
        pa.field("file_id", pa.string(), nullable=False),
        pa.field("format", pa.string(), nullable=False),
        pa.field("compression", pa.string(), nullable=False),
        pa.field("size_bytes", pa.int64(), nullable=False),
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
        pa.field("run_id", pa.int64(), nullable=False),
    ]
)
# the content is encrypted: neither compression nor a dictionary nor statistics could help
CONTENT = "content"
OTHERS = [name for name in SCHEMA.names if name != CONTENT]
KEY_COLUMNS = ["source_path", "size_bytes", "source_mtime_ns"]


@dataclass
class BundleWriter:
    """Writes one bundle under a temporary name; `close` makes it appear whole."""

    folder: Path
    keyring: Keyring
    run_id: int
    known_at: datetime
    row_group_bytes: int
    name: str = ""
    size_bytes: int = 0
    keys: list[Key] = field(default_factory=list)
    deliveries: list[Delivery] = field(default_factory=list)
    _rows: list[dict[str, Any]] = field(default_factory=list)
    _pending_bytes: int = 0
    _row_count: int = 0

    def __post_init__(self) -> None:
        self.folder.mkdir(parents=True, exist_ok=True)
        self.name = f"run-{self.run_id:08d}-{secrets.token_hex(8)}.parquet"
        self._envelope: Envelope = new_envelope(self.keyring)
        self._temporary = self.folder / f".{self.name}"
        self._file = open(self._temporary, "xb")  # noqa: SIM115 (closed by close or abandon)
        self._writer = pq.ParquetWriter(
            self._file,
            SCHEMA,
            compression={name: "zstd" if name in OTHERS else "none" for name in SCHEMA.names},
            use_dictionary=OTHERS,
            write_statistics=["feed", "run_id"],
        )

    def add(self, delivery: Delivery, path: str) -> None:
        """Add one file; a row group is written when enough content is waiting."""
        if self._rows and self._rows[-1]["feed"] != delivery.source.feed:
            self._flush()
        self._rows.append(self._row(delivery, path))
        self.keys.append((path, delivery.source.size, delivery.source.mtime_ns))
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
            "bundle": self.name,
            "bundle_row": self._row_count,
            "feed": source.feed,
            "file_name": file_name,
            "file_id": delivery.file_id,
            "format": delivery.named.format,
            "compression": delivery.named.compression,
            "size_bytes": source.size,
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
            "run_id": self.run_id,
        }
        self._row_count += 1
        return row

    def _flush(self) -> None:
        if self._rows:
            columns = {name: [row[name] for row in self._rows] for name in SCHEMA.names}
            self._writer.write_table(pa.table(columns, schema=SCHEMA))
            self._rows.clear()
            self._pending_bytes = 0

    def close(self) -> str:
        """Finish the bundle durably and give its name."""
        self._flush()
        self._writer.close()
        self._file.flush()
        os.fsync(self._file.fileno())
        self._file.close()
        self._temporary.rename(self.folder / self.name)
        sync_folder(self.folder)
        return self.name

    def abandon(self) -> None:
        """Leave nothing behind of a bundle that was not finished."""
        self._file.close()
        self._temporary.unlink(missing_ok=True)


def content_label(feed: str, file_name: str, file_id: str) -> str:
    """What a stored content is bound to; it opens under this label only."""
    return f"{feed}/{file_name}#{file_id}"


def stored_keys(path: Path) -> list[Key]:
    """The deliveries in a finished bundle, without reading their content."""
    table = pq.read_table(path, columns=KEY_COLUMNS)
    return list(zip(*(table[name].to_pylist() for name in KEY_COLUMNS), strict=True))


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
