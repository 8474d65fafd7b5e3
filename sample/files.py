"""Feed files as bytes that depend on their lines only, and what the manifest says of each."""

import gzip
import hashlib
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

import zstandard

GZIP_LEVEL = 5
ZSTD_LEVEL = 3


@dataclass(frozen=True)
class FeedFile:
    """One delivered file: `records` counts data records as delivered, the unreadable ones included.

    `status` is what raw.source_files must say: loaded, duplicate or rejected (with `reason`).
    """

    feed: str
    name: str
    kind: str
    status: str
    reason: str | None
    records: int
    rejected_records: int
    size_bytes: int
    sha256: str

    def as_manifest(self) -> dict[str, Any]:
        return asdict(self)


def compressed(content: bytes, extension: str) -> bytes:
    """Bytes for a name's extension; gzip without a time, so that they are always the same."""
    if extension.endswith(".gz"):
        return gzip.compress(content, GZIP_LEVEL, mtime=0)
    if extension.endswith(".zst"):
        return zstandard.ZstdCompressor(level=ZSTD_LEVEL).compress(content)
    return content


def as_text(lines: list[str]) -> bytes:
    return ("\n".join(lines) + "\n").encode() if lines else b""


def write_feed_file(
    folder: Path,
    feed: str,
    name: str,
    content: bytes,
    *,
    kind: str = "ordinary",
    status: str = "loaded",
    reason: str | None = None,
    records: int = 0,
    rejected_records: int = 0,
) -> FeedFile:
    """Write one file below folder/feed, under a temporary name until it is whole."""
    target = folder / feed / name
    target.parent.mkdir(parents=True, exist_ok=True)
    partial = target.with_name(target.name + ".tmp")
    partial.write_bytes(content)
    partial.rename(target)
    digest = hashlib.sha256(content).hexdigest()
    return FeedFile(
        feed, name, kind, status, reason, records, rejected_records, len(content), digest
    )
