"""Packing: delivered files into bundle after bundle, and what is told of them."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ingestion.keys import Keyring
from ingestion.landing.bundle import BundleWriter
from ingestion.landing.compression import limits
from ingestion.landing.inbox import SourceFile
from ingestion.landing.intake import Delivery, StillChanging, take
from ingestion.landing.journal import Journal, Key
from ingestion.landing.names import printable
from ingestion.landing.store import BundleStore
from ingestion.settings import Settings

Progress = Callable[[int, int], None]


@dataclass
class CollectReport:
    """What was collected. `skipped` names what was left where it is, `renamed` what was recorded
    under an escaped name, `unreachable` SFTP servers and folders that could not be read, each with
    the reason; all names are safe to print."""

    files: int = 0
    size_bytes: int = 0
    bundles: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)
    unreachable: list[tuple[str, str]] = field(default_factory=list)

    def left(self) -> Iterator[str]:
        """What was not collected and why, a line each."""
        for name, reason in self.unreachable:
            yield f"not reached: {name}: {reason}"
        for name, reason in self.skipped:
            yield f"left where it is: {name}: {reason}"


def source_key(settings: Settings, source: SourceFile) -> Key:
    """What a delivery is known by: its origin, or its path, relative to the home, which may move,
    when it lies below it."""
    path = source.path
    if path.is_relative_to(settings.root):
        path = path.relative_to(settings.root)
    return source.origin or printable(str(path)), source.size, source.mtime_ns


def acknowledge(settings: Settings, journal: Journal, sources: list[SourceFile]) -> None:
    """Delete collected files of the inbox that are still those that were collected, if so set.

    A file too large to be taken stays where it is.
    """
    if settings.after_collect != "delete":
        return
    gone = []
    for source in sources:
        if source.size <= settings.max_file_bytes and _is_unchanged(source):
            source.path.unlink(missing_ok=True)
            gone.append(source_key(settings, source))
    journal.forget(gone)


def _is_unchanged(source: SourceFile) -> bool:
    try:
        status = source.path.stat()
    except OSError:
        return False
    return (status.st_size, status.st_mtime_ns) == (source.size, source.mtime_ns)


@dataclass
class Packer:
    """Fills bundle after bundle. Files of the inbox are acknowledged when their bundle is on disk;
    fetched ones stand in `durable` then, for who fetched them to do the same."""

    settings: Settings
    keyring: Keyring
    journal: Journal
    store: BundleStore
    report: CollectReport
    known_at: datetime
    on_progress: Progress
    durable: list[SourceFile] = field(default_factory=list)
    _bundle: BundleWriter | None = None
    _sources: list[SourceFile] = field(default_factory=list)
    _expected: int = 0
    _done: int = 0

    @contextmanager
    def packing(self) -> Iterator[None]:
        """Finish the last bundle at the end; leave nothing half of one when something fails."""
        try:
            yield
            self.finish()
        finally:
            if self._bundle is not None:
                self._bundle.abandon()

    def expect(self, count: int) -> None:
        """Tell of so many more files that will be added, for the progress bar."""
        self._expected += count
        self.on_progress(self._done, self._expected)

    def add(self, source: SourceFile) -> None:
        self._pack(source)
        self._done += 1
        self.on_progress(self._done, self._expected)

    def _pack(self, source: SourceFile) -> None:
        try:
            delivery = take(
                source, max_bytes=self.settings.max_file_bytes, limits=limits(self.settings)
            )
        except StillChanging as reason:
            self.report.skipped.append((f"{source.feed}/{printable(source.name)}", str(reason)))
            return
        bundle = self._bundle_for(delivery)
        bundle.add(delivery, source_key(self.settings, source)[0])
        self._sources.append(source)
        self._count(source)
        if bundle.size_bytes >= self.settings.bundle_bytes:
            self.finish()

    def _bundle_for(self, delivery: Delivery) -> BundleWriter:
        if self._bundle is not None and not self._bundle.has_room_for(delivery):
            self.finish()
        if self._bundle is None:
            self._bundle = BundleWriter(
                store=self.store,
                unfinished=self.settings.unfinished_bundle,
                bundle_no=self.journal.next_bundle_no(),
                keyring=self.keyring,
                known_at=self.known_at,
                row_group_bytes=self.settings.row_group_bytes,
            )
        return self._bundle

    def _count(self, source: SourceFile) -> None:
        self.report.files += 1
        self.report.size_bytes += source.size
        if printable(source.name) != source.name:
            shown = f"{source.feed}/{printable(source.name)}"
            self.report.renamed.append(
                (shown, "its name has control characters or is no UTF-8; recorded as shown")
            )

    def finish(self) -> None:
        """Write the bundle that is open, if one is, and acknowledge what it holds."""
        if self._bundle is None:
            return
        bundle, self._bundle = self._bundle, None
        bundle.close()
        self.journal.add(bundle.bundle_no, bundle.keys)
        self.report.bundles += 1
        sources, self._sources = self._sources, []
        acknowledge(self.settings, self.journal, [one for one in sources if not one.origin])
        fetched = [one for one in sources if one.origin]
        for one in fetched:
            one.path.unlink()
        self.durable += fetched
