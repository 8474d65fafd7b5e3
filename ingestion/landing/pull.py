"""Pull: what is new on SFTP servers is fetched, packed, and then acknowledged to the server."""

import asyncio
import fnmatch
import hashlib
import os
import time
from collections.abc import Awaitable, Callable, Iterable
from contextlib import AsyncExitStack
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import TypeVar

import asyncssh

from ingestion.landing.feeds_file import Remote
from ingestion.landing.inbox import SourceFile
from ingestion.landing.intake import StillChanging
from ingestion.landing.journal import Key
from ingestion.landing.names import is_unfinished, printable
from ingestion.landing.packer import Packer
from ingestion.landing.remote_files import (
    RemoteFile,
    acknowledge,
    download,
    list_folder,
    make_folder,
)
from ingestion.landing.sftp import Connections, Unreachable, connections

Item = TypeVar("Item")


def pull(remotes: Iterable[Remote], packer: Packer) -> None:
    """Fetch what is new from all servers at once, a few files of each at a time.

    A server that fails stops no other: the packer's report names it. What a killed pull had fetched
    but not packed is fetched again, large files from where it stopped; what it had packed but not
    acknowledged is acknowledged now. Raises SpoolFailed, and what packing raises.
    """
    asyncio.run(_pull(remotes, packer))


async def _pull(remotes: Iterable[Remote], packer: Packer) -> None:
    async with AsyncExitStack() as stack:
        pulls = [
            _Pull(remote, await stack.enter_async_context(connections(remote)), packer)
            for remote in remotes
        ]
        await in_parallel(len(pulls), lambda one: one.attempt(one.fetch_new), pulls)
        packer.finish()
        await in_parallel(len(pulls), lambda one: one.attempt(one.acknowledge_durable), pulls)


async def in_parallel(
    workers: int, action: Callable[[Item], Awaitable[None]], items: Iterable[Item]
) -> None:
    """Do something with each item, so many at a time. The first failure ends all and is raised."""
    waiting = iter(items)

    async def work() -> None:
        for item in waiting:
            await action(item)

    try:
        async with asyncio.TaskGroup() as group:
            for _ in range(workers):
                group.create_task(work())
    except BaseExceptionGroup as failures:
        raise failures.exceptions[0] from None


@dataclass
class _Pull:
    """The pull from one server. Fetched files wait in a folder until their bundle is written."""

    remote: Remote
    connections: Connections
    packer: Packer
    _fetched: dict[str, RemoteFile] = field(default_factory=dict)

    @property
    def spool(self) -> Path:
        return self.packer.settings.spool / self.remote.name

    async def attempt(self, step: Callable[[], Awaitable[None]]) -> None:
        try:
            await step()
        except Unreachable as failure:
            self._fail("", str(failure))

    async def fetch_new(self) -> None:
        self._open_spool()
        new: list[RemoteFile] = []
        known: list[RemoteFile] = []
        for file in await self._listed():
            (known if self.packer.journal.knows(self._key(file)) else new).append(file)
        self._drop_parts_of_others(new)
        self.packer.expect(len(new))
        await self._acknowledge_all(known)
        await in_parallel(self.remote.transfers, self._fetch, new)

    def _open_spool(self) -> None:
        """Whole files in it were fetched but not packed, by a pull that was killed."""
        self.spool.mkdir(parents=True, exist_ok=True, mode=0o700)
        for path in self.spool.iterdir():
            if path.suffix != ".part":
                path.unlink()

    def _drop_parts_of_others(self, files: Iterable[RemoteFile]) -> None:
        wanted = {self._part(file) for file in files}
        for path in self.spool.iterdir():
            if path not in wanted:
                path.unlink()

    async def _listed(self) -> list[RemoteFile]:
        """The files to take, each in the first folder entry that names it."""
        found: dict[str, RemoteFile] = {}
        for folder in self.remote.folder:
            try:
                listed = await self.connections.use(partial(list_folder, folder=folder))
                if folder.move_to is not None:
                    await self.connections.use(partial(make_folder, path=folder.move_to))
            except asyncssh.SFTPError as failure:
                self._fail(folder.path, f"it cannot be used: {_said(failure)}")
                continue
            for kind, file in listed:
                if file.path not in found and self._is_wanted(kind, file):
                    found[file.path] = file
        return list(found.values())

    def _is_wanted(self, kind: str, file: RemoteFile) -> bool:
        """Whether the file is to be taken now; otherwise it is left there, mostly with a reason."""
        if kind == "folder" or not fnmatch.fnmatchcase(file.name, file.folder.pattern):
            return False
        reason = self._reason_to_leave(kind, file)
        if reason:
            self._skip(file, reason)
        return not reason

    def _reason_to_leave(self, kind: str, file: RemoteFile) -> str:
        if is_unfinished(file.name):
            return "its name says that it is hidden or still being written"
        if kind != "file" or "/" in file.name:
            return "no regular file"
        most_bytes = self.packer.settings.max_file_bytes
        if file.size > most_bytes:
            return f"it has {file.size:,} bytes; allowed: at most {most_bytes:,}"
        quiet = self.remote.quiet_seconds
        if quiet and time.time() - file.modified_at < quiet:
            return f"changed less than {quiet:g} seconds ago"
        return ""

    async def _fetch(self, file: RemoteFile) -> None:
        part = self._part(file)
        try:
            await self.connections.use(lambda client: download(client, file, part))
        except (StillChanging, asyncssh.SFTPError) as failure:
            self._skip(file, f"it cannot be fetched: {_said(failure)}")
            return
        key = self._key(file)
        os.utime(part, ns=(key[2], key[2]))
        whole = part.rename(part.with_suffix(""))
        self._fetched[key[0]] = file
        self.packer.add(
            SourceFile(file.folder.feed, whole, file.name, file.size, key[2], origin=key[0])
        )
        await self.acknowledge_durable()

    async def acknowledge_durable(self) -> None:
        """Acknowledge those of this server whose bundle has been written since the last time."""
        durable = [s for s in self.packer.durable if s.origin in self._fetched]
        self.packer.durable = [s for s in self.packer.durable if s.origin not in self._fetched]
        files = [self._fetched.pop(source.origin) for source in durable]
        await self._acknowledge_all(files)

    async def _acknowledge_all(self, files: Iterable[RemoteFile]) -> None:
        """Then forget those that are gone, at once: a commit of the journal takes longer than a
        file. One that was not forgotten stands in it for nothing, until its name comes again with
        the same size and time."""
        gone: list[Key] = []
        try:
            await in_parallel(self.remote.transfers, partial(self._acknowledge, gone=gone), files)
        finally:
            if gone:
                self.packer.journal.forget(gone)

    async def _acknowledge(self, file: RemoteFile, gone: list[Key]) -> None:
        if file.folder.after == "keep":
            return
        try:
            await self.connections.use(lambda client: acknowledge(client, file))
        except asyncssh.SFTPError as failure:
            done = "moved" if file.folder.move_to else "deleted"
            self._skip(file, f"it is collected, but cannot be {done}: {_said(failure)}")
            return
        gone.append(self._key(file))

    def _key(self, file: RemoteFile) -> Key:
        return self._shown(file.path), file.size, file.modified_at * 10**9

    def _part(self, file: RemoteFile) -> Path:
        """Named by what the file is known by, so that a part is never of another version of it."""
        name = hashlib.sha256(repr(self._key(file)).encode()).hexdigest()
        return self.spool / f"{name}.part"

    def _skip(self, file: RemoteFile, reason: str) -> None:
        self.packer.report.skipped.append((self._shown(file.path), reason))

    def _fail(self, path: str, reason: str) -> None:
        self.packer.report.unreachable.append((self._shown(path), reason))

    def _shown(self, path: str) -> str:
        return printable(f"sftp:{self.remote.name}:{path}".removesuffix(":"))


def _said(failure: Exception) -> str:
    return str(failure) or type(failure).__name__
