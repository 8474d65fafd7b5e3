"""Collect: what is new in the inbox goes into bundles; then its source is acknowledged."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime

from ingestion.keys import Keyring
from ingestion.landing.bundle import BundleWriter, bundle_number, stored_keys
from ingestion.landing.compression import limits
from ingestion.landing.inbox import Skipped, SourceFile, walk
from ingestion.landing.intake import Delivery, StillChanging, take
from ingestion.landing.journal import Journal, Key, open_journal
from ingestion.landing.names import printable
from ingestion.settings import Settings

Progress = Callable[[int, int], None]


@dataclass
class CollectReport:
    """What was collected. `skipped` names what was left in the inbox, `renamed` what was recorded
    under an escaped name, each with the reason; all names are safe to print."""

    files: int = 0
    size_bytes: int = 0
    bundles: int = 0
    skipped: list[tuple[str, str]] = field(default_factory=list)
    renamed: list[tuple[str, str]] = field(default_factory=list)


def collect(
    settings: Settings,
    keyring: Keyring,
    *,
    run_id: int,
    known_at: datetime,
    on_progress: Progress = lambda done, total: None,
) -> CollectReport:
    """Take every file of the inbox that was not taken before into bundles under landing/.

    Each file is read once, checked, encrypted and written with its SHA-256; a file that cannot be
    read as a whole is taken too, with the reason. A source is acknowledged (kept and remembered, or
    deleted) only when its bundle is durable, so a killed collect loses nothing and repeats nothing.
    """
    report = CollectReport()
    with open_journal(settings.journal_file) as journal:
        _recover(settings, journal)
        sources = _new_sources(settings, journal, report)
        with _Packer(settings, keyring, journal, report, run_id, known_at).packing() as packer:
            for done, source in enumerate(sources):
                on_progress(done, len(sources))
                packer.add(source)
        on_progress(len(sources), len(sources))
    return report


def _recover(settings: Settings, journal: Journal) -> None:
    """After a kill: drop unfinished bundles, and learn what the finished ones hold."""
    known = set(journal.bundles())
    if not settings.bundles.is_dir():
        return
    for path in sorted(settings.bundles.iterdir()):
        bundle_no = bundle_number(path.name)
        if path.name.startswith(".bundle-"):
            path.unlink()
        elif bundle_no is not None and bundle_no not in known:
            journal.add(bundle_no, stored_keys(path))


def _new_sources(settings: Settings, journal: Journal, report: CollectReport) -> list[SourceFile]:
    new = []
    for found in walk(settings.inbox_folder, quiet_seconds=settings.quiet_seconds):
        if isinstance(found, Skipped):
            report.skipped.append((found.name, found.reason))
        elif not journal.knows(source_key(settings, found)):
            new.append(found)
        elif settings.after_collect == "delete":
            acknowledge(settings, journal, [found])
    return new


def source_key(settings: Settings, source: SourceFile) -> Key:
    """What a delivery is known by; relative to the home, which may move, when it lies below it."""
    path = source.path
    if path.is_relative_to(settings.root):
        path = path.relative_to(settings.root)
    return printable(str(path)), source.size, source.mtime_ns


def acknowledge(settings: Settings, journal: Journal, sources: list[SourceFile]) -> None:
    """Delete collected sources that are still the files that were collected, if so set.

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
class _Packer:
    """Fills bundle after bundle."""

    settings: Settings
    keyring: Keyring
    journal: Journal
    report: CollectReport
    run_id: int
    known_at: datetime
    bundle: BundleWriter | None = None
    sources: list[SourceFile] = field(default_factory=list)

    @contextmanager
    def packing(self) -> Iterator["_Packer"]:
        try:
            yield self
            self.finish()
        finally:
            if self.bundle is not None:
                self.bundle.abandon()

    def add(self, source: SourceFile) -> None:
        try:
            delivery = take(
                source, max_bytes=self.settings.max_file_bytes, limits=limits(self.settings)
            )
        except StillChanging as reason:
            self.report.skipped.append((f"{source.feed}/{printable(source.name)}", str(reason)))
            return
        bundle = self._bundle_for(delivery)
        bundle.add(delivery, source_key(self.settings, source)[0])
        self.sources.append(source)
        self._count(source)
        if bundle.size_bytes >= self.settings.bundle_bytes:
            self.finish()

    def _bundle_for(self, delivery: Delivery) -> BundleWriter:
        if self.bundle is not None and not self.bundle.has_room_for(delivery):
            self.finish()
        if self.bundle is None:
            self.bundle = BundleWriter(
                folder=self.settings.bundles,
                bundle_no=self.journal.next_bundle_no(),
                keyring=self.keyring,
                run_id=self.run_id,
                known_at=self.known_at,
                row_group_bytes=self.settings.row_group_bytes,
            )
        return self.bundle

    def _count(self, source: SourceFile) -> None:
        self.report.files += 1
        self.report.size_bytes += source.size
        if printable(source.name) != source.name:
            shown = f"{source.feed}/{printable(source.name)}"
            self.report.renamed.append(
                (shown, "its name has control characters or is no UTF-8; recorded as shown")
            )

    def finish(self) -> None:
        if self.bundle is None:
            return
        bundle, self.bundle = self.bundle, None
        bundle.close()
        self.journal.add(bundle.bundle_no, bundle.keys)
        acknowledge(self.settings, self.journal, self.sources)
        self.report.bundles += 1
        self.sources = []
