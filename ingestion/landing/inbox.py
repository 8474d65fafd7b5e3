"""The inbox on disk: which files are there to collect, and which are left alone and why."""

import os
import stat
import time
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from ingestion.landing.names import is_unfinished, printable
from ingestion.settings import FEEDS


@dataclass(frozen=True)
class SourceFile:
    """A file to collect as it was listed: below inbox/<feed>/, or fetched from `origin`."""

    feed: str
    path: Path
    name: str
    size: int
    mtime_ns: int
    origin: str = ""


@dataclass(frozen=True)
class Skipped:
    """Something in the inbox that is left alone; `name` is safe to print."""

    name: str
    reason: str


def walk(inbox: Path, *, quiet_seconds: float = 0) -> Iterator[SourceFile | Skipped]:
    """List the inbox feed by feed, each in the order of names.

    Left alone: unknown feed folders, hidden and unfinished names, what is no regular file, links
    that lead out of the inbox, and files changed less than `quiet_seconds` ago.
    """
    if not inbox.is_dir():
        return
    for entry in _entries(inbox):
        if entry.name.startswith("."):
            continue
        if entry.name not in FEEDS:
            yield Skipped(printable(entry.name), _not_a_feed(entry))
    for feed in FEEDS:
        folder = inbox / feed
        if folder.is_dir() and not folder.is_symlink():
            for found in _below(folder, "", inbox):
                yield _judge(found, feed, quiet_seconds)


def _entries(folder: Path) -> list[os.DirEntry[str]]:
    with os.scandir(folder) as entries:
        return sorted(entries, key=lambda entry: os.fsencode(entry.name))


def _not_a_feed(entry: os.DirEntry[str]) -> str:
    allowed = ", ".join(FEEDS)
    if entry.is_dir():
        return f"an unknown feed folder; allowed: {allowed}"
    return f"a file outside the feed folders; allowed folders: {allowed}"


def _below(folder: Path, prefix: str, inbox: Path) -> Iterator[tuple[str, Path] | Skipped]:
    for entry in _entries(folder):
        name, path = f"{prefix}{entry.name}", folder / entry.name
        shown = printable(str(path.relative_to(inbox)))
        if is_unfinished(entry.name):
            yield Skipped(shown, "its name says that it is hidden or still being written")
        elif entry.is_symlink() and not _is_link_inside(path, inbox):
            yield Skipped(shown, "a link out of the inbox or to a folder; it is not followed")
        elif entry.is_dir():
            yield from _below(path, f"{name}/", inbox)
        else:
            yield name, path


def _is_link_inside(path: Path, inbox: Path) -> bool:
    try:
        target = path.resolve(strict=True)
    except OSError:
        return False
    return target.is_relative_to(inbox) and not target.is_dir()


def _judge(found: tuple[str, Path] | Skipped, feed: str, quiet: float) -> SourceFile | Skipped:
    if isinstance(found, Skipped):
        return found
    name, path = found
    shown = f"{feed}/{printable(name)}"
    try:
        status = path.stat()
    except OSError as failure:
        return Skipped(shown, f"it cannot be looked at: {failure.strerror}")
    if not stat.S_ISREG(status.st_mode):
        return Skipped(shown, "no regular file")
    if quiet and time.time() - status.st_mtime < quiet:
        return Skipped(shown, f"changed less than {quiet:g} seconds ago")
    return SourceFile(feed, path, name, status.st_size, status.st_mtime_ns)
