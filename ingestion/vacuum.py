"""Remove files that only earlier versions of tables need: what Delta calls vacuum.

Each run that changes a row writes a file anew; the one before stays, for whoever still reads an
earlier version. Nothing is removed of what the last committed run left, nor of a table's newest
version, so that a run that was killed is put back afterwards as it would have been before.
"""

from collections.abc import Callable
from dataclasses import dataclass

from deltalake import DeltaTable

from ingestion import runs
from ingestion.catalog import check_home
from ingestion.damage import named_damage
from ingestion.lake import Folder, Log, logs, place_of
from ingestion.settings import Settings

Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Removed:
    """What was removed of one table's files, or would be."""

    table: str
    files: int
    bytes: int


def vacuum(
    settings: Settings,
    *,
    retained_hours: int,
    is_dry_run: bool,
    on_progress: Progress = lambda done, total: None,
) -> list[Removed]:
    """Remove files that no version of the last `retained_hours` has, and those of killed runs which
    are as old; then entries of logs that are older than `delta.logRetentionDuration` (30 days).

    Gives the tables that it found any of, by name. Raises HomeIsBusy, TableDamaged.
    """
    check_home(settings)
    with runs.only_run(settings), named_damage(settings):
        committed = runs.last_run(settings).table_versions
        found = logs(settings)
        removed = []
        for done, (name, log) in enumerate(sorted(found.items())):
            on_progress(done, len(found))
            place = place_of(settings, name)
            unread = _unread(place, committed.get(name), retained_hours)
            if not is_dry_run:
                place.remove(unread)
                _shorten_log(log, committed.get(name, log.version))
            if unread:
                removed.append(Removed(name, len(unread), sum(unread.values())))
        on_progress(len(found), len(found))
    return removed


def _unread(place: Folder, committed: int | None, retained_hours: int) -> dict[str, int]:
    """Bytes by the path below the table. deltalake only lists them, also those that went before:
    removing files itself it would commit that it did, and the next run would take the table for one
    that a killed run had changed."""
    listed = DeltaTable(str(place)).vacuum(
        retained_hours,
        dry_run=True,
        enforce_retention_duration=False,
        full=True,
        keep_versions=[] if committed is None else [committed],
    )
    sizes = place.sizes() if listed else {}
    return {path: sizes[path] for path in listed if path in sizes}


def _shorten_log(log: Log, committed: int) -> None:
    """A version that a run is put back to stays: its log is not touched before that was done."""
    if log.version != committed:
        return
    table = DeltaTable(log.place)
    if log.checkpoint < log.version:
        table.create_checkpoint()
    table.cleanup_metadata()
