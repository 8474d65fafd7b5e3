"""One delivered file, read once: its bytes, its SHA-256, and whether it is what its name says."""

import hashlib
import os
from collections.abc import Callable
from dataclasses import dataclass

from ingestion.landing.compression import Limits, check_magic
from ingestion.landing.inbox import SourceFile
from ingestion.landing.names import NamedFormat, check_format, named_format
from ingestion.landing.rejection import FileRejected

CHUNK = 2**20


class StillChanging(Exception):
    """The file is being written, was removed or cannot be read: it is left for the next run."""


@dataclass(frozen=True)
class Delivery:
    """A file as delivered. `content` is None when the file is too large to be taken."""

    source: SourceFile
    named: NamedFormat
    file_id: str
    most_bytes: int
    content: bytes | None
    rejection: FileRejected | None


def take(source: SourceFile, *, max_bytes: int, limits: Limits) -> Delivery:
    """Read a file once. Raises StillChanging when it is not the file that was listed.

    Name, size and first bytes are looked at here; whether it expands whole is found by decoding.
    """
    named = named_format(source.name)
    digest, content = _read(source, keep=source.size <= max_bytes)
    rejection: FileRejected | None = None
    try:
        if content is None:
            raise FileRejected(
                "file_too_large",
                f"the file has {source.size:,} bytes; allowed: at most {max_bytes:,}",
            )
        check_format(source.name, named)
        check_magic(content, named.compression)
    except FileRejected as refused:
        rejection = refused
    most_bytes = limits.most_bytes(source.size, named.compression)
    return Delivery(source, named, digest, most_bytes, content, rejection)


def _read(source: SourceFile, *, keep: bool) -> tuple[str, bytes | None]:
    try:
        with open(source.path, "rb", buffering=0) as file:
            _check_unchanged(source, os.fstat(file.fileno()))
            digest = hashlib.sha256()
            content = _consume(file.read, digest.update, source.size, keep=keep)
            _check_unchanged(source, os.fstat(file.fileno()))
    except OSError as failure:
        raise StillChanging(f"it cannot be read: {failure.strerror}") from None
    return digest.hexdigest(), content


def _consume(
    read: Callable[[int], bytes | None],
    update: Callable[[bytes], None],
    size: int,
    *,
    keep: bool,
) -> bytes | None:
    if keep:
        content = bytearray()
        while chunk := read(max(size - len(content), 0) + 1):
            content += chunk
            if len(content) > size:
                raise StillChanging("it grows while it is read")
        update(content)
        return bytes(content)
    while chunk := read(CHUNK):
        update(chunk)
    return None


def _check_unchanged(source: SourceFile, status: os.stat_result) -> None:
    if (status.st_size, status.st_mtime_ns) != (source.size, source.mtime_ns):
        raise StillChanging(
            f"it changed while it was collected ({source.size:,} bytes when listed, "
            f"{status.st_size:,} now)"
        )
