"""Files of an SFTP server: listed, fetched, and acknowledged when they are collected."""

import os
import posixpath
import stat
from collections.abc import Iterator
from contextlib import closing, contextmanager
from dataclasses import dataclass
from pathlib import Path

import asyncssh

from ingestion.failures import Failure
from ingestion.landing.feeds_file import Folder
from ingestion.landing.intake import StillChanging

CHUNK = 4 * 2**20


class SpoolFailed(Failure):
    """A fetched file cannot be written to the disk here."""


@dataclass(frozen=True)
class RemoteFile:
    """A file of a server as it was listed; `modified_at` in seconds, as SFTP version 3 has it."""

    folder: Folder
    name: str
    size: int
    modified_at: int

    @property
    def path(self) -> str:
        return posixpath.join(self.folder.path, self.name)


async def list_folder(client: asyncssh.SFTPClient, folder: Folder) -> list[tuple[str, RemoteFile]]:
    """What is in a folder, but not below it: the kind (`file`, `folder` or `other`) and the file,
    in the order of names."""
    found = []
    async for entry in client.scandir(folder.path):
        name, attributes = str(entry.filename), entry.attrs
        if name in (".", ".."):
            continue
        mode = attributes.permissions or 0
        kind = "file" if stat.S_ISREG(mode) else "folder" if stat.S_ISDIR(mode) else "other"
        size, modified_at = attributes.size or 0, attributes.mtime or 0
        found.append((kind, RemoteFile(folder, name, size, modified_at)))
    return sorted(found, key=lambda item: item[1].name)


class _Part:
    """The copy of a file that is being fetched. What fails on the disk here is SpoolFailed, lest it
    be taken for a lost connection."""

    def __init__(self, path: Path) -> None:
        with self._on_disk():
            self._file = open(path, "ab")  # noqa: SIM115 (closed with the part)
            self.size = self._file.tell() // CHUNK * CHUNK
            self._file.truncate(self.size)

    def append(self, chunk: bytes) -> None:
        """Write it; a whole chunk is on the disk for sure, so that it need not be fetched again."""
        with self._on_disk():
            self._file.write(chunk)
            self.size += len(chunk)
            if len(chunk) == CHUNK:
                self._file.flush()
                os.fsync(self._file.fileno())

    def close(self) -> None:
        with self._on_disk():
            self._file.close()

    @contextmanager
    def _on_disk(self) -> Iterator[None]:
        try:
            yield
        except OSError as failure:
            raise SpoolFailed(f"a fetched file cannot be written: {failure}") from None


async def download(client: asyncssh.SFTPClient, file: RemoteFile, path: Path) -> None:
    """Fetch a file into `path`, going on where an earlier attempt stopped.

    Raises StillChanging when it is not, at the beginning and the end, the file that was listed;
    SpoolFailed, SFTPError.
    """
    async with client.open(file.path, "rb") as handle:
        await _check_unchanged(handle, file)
        with closing(_Part(path)) as part:
            while part.size < file.size:
                chunk: bytes = await handle.read(min(CHUNK, file.size - part.size), part.size)
                if not chunk:
                    raise StillChanging(
                        f"it ended after {part.size:,} bytes; listed: {file.size:,}"
                    )
                part.append(chunk)
        await _check_unchanged(handle, file)


async def _check_unchanged(handle: asyncssh.SFTPClientFile, file: RemoteFile) -> None:
    attributes = await handle.stat()
    if (attributes.size, attributes.mtime) != (file.size, file.modified_at):
        raise StillChanging(
            f"it changed while it was fetched ({file.size:,} bytes when listed, "
            f"{attributes.size or 0:,} now)"
        )


async def acknowledge(client: asyncssh.SFTPClient, file: RemoteFile) -> None:
    """Move or delete a collected file, if it still is the one that was collected.

    A name that is taken where it goes to gets its size and time behind it. Raises SFTPError.
    """
    try:
        attributes = await client.lstat(file.path)
    except asyncssh.SFTPNoSuchFile:
        return
    if (attributes.size, attributes.mtime) != (file.size, file.modified_at):
        return
    if file.folder.move_to is None:
        await client.remove(file.path)
        return
    target = posixpath.join(file.folder.move_to, file.name)
    try:
        await client.rename(file.path, target)
    except asyncssh.SFTPFailure:
        await client.rename(file.path, f"{target}.{file.size}-{file.modified_at}")


async def make_folder(client: asyncssh.SFTPClient, path: str) -> None:
    await client.makedirs(path, exist_ok=True)
