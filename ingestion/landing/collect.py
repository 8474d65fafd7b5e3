"""Collect: what is new in the inbox and on SFTP servers goes into bundles; then it is acknowledged
where it came from."""

from collections.abc import Callable, Iterator, Sequence
from datetime import datetime

from ingestion.keys import Keyring
from ingestion.landing.bundle import stored_keys
from ingestion.landing.feeds_file import Remote
from ingestion.landing.inbox import Skipped, SourceFile, walk
from ingestion.landing.journal import Journal, open_journal
from ingestion.landing.packer import CollectReport, Packer, acknowledge, source_key
from ingestion.landing.store import BundleStore, bundle_store
from ingestion.lock import alone
from ingestion.settings import Settings

Progress = Callable[[int, int], None]


def collect(
    settings: Settings,
    keyring: Keyring,
    *,
    known_at: datetime,
    servers: Sequence[Remote] = (),
    on_progress: Progress = lambda done, total: None,
) -> CollectReport:
    """Take every file of the inbox and of SFTP servers that was not taken before into bundles
    under landing/.

    Each file is read once, checked, encrypted and written with its SHA-256; a file that cannot be
    read as a whole is taken too, with the reason. A source is acknowledged (kept and remembered,
    moved or deleted) only when its bundle is durable, so a killed collect loses nothing and repeats
    nothing. Raises HomeIsBusy when another process collects, SpoolFailed.
    """
    report = CollectReport()
    store = bundle_store(settings, "collect")
    with (
        alone(settings.collect_lock, "collects into"),
        open_journal(settings.journal_file) as journal,
    ):
        _recover(store, journal)
        sources = _new_sources(settings, journal, report)
        packer = Packer(settings, keyring, journal, store, report, known_at, on_progress)
        with packer.packing():
            packer.expect(len(sources))
            for source in sources:
                packer.add(source)
            if servers:
                # asyncssh takes a fifth of a second to import
                from ingestion.landing.pull import pull

                pull(servers, packer)
    return report


def _recover(store: BundleStore, journal: Journal) -> None:
    """After a kill: drop what is unfinished, and learn what a bundle holds that was finished last
    and not noted."""
    store.clear_unfinished()
    while store.has(bundle_no := journal.next_bundle_no()):
        with store.open(bundle_no) as file:
            journal.add(bundle_no, stored_keys(file))


def _found(settings: Settings) -> Iterator[SourceFile | Skipped]:
    """What stands in the inbox, and in the folders of partners that bring files by SFTP."""
    yield from walk(settings.inbox_folder, quiet_seconds=settings.quiet_seconds)
    if settings.partner_inboxes.is_dir():
        for inbox in sorted(settings.partner_inboxes.iterdir()):
            quiet = max(settings.quiet_seconds, settings.partner_quiet_seconds)
            for found in walk(inbox, quiet_seconds=quiet):
                if isinstance(found, Skipped):
                    found = Skipped(f"{inbox.name}: {found.name}", found.reason)
                yield found


def _new_sources(settings: Settings, journal: Journal, report: CollectReport) -> list[SourceFile]:
    new = []
    for found in _found(settings):
        if isinstance(found, Skipped):
            report.skipped.append((found.name, found.reason))
        elif not journal.knows(source_key(settings, found)):
            new.append(found)
        else:
            acknowledge(settings, journal, [found])
    return new
