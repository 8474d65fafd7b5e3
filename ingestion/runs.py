"""The ledger of runs: which one committed last, what it left, and that only one works at a time."""

import json
from collections.abc import Callable, Iterator, Mapping
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field
from datetime import UTC, datetime

import pyarrow as pa
import pyarrow.parquet as pq
from deltalake import DeltaTable, write_deltalake

from ingestion.catalog import require, version
from ingestion.damage import named_damage
from ingestion.failures import Failure
from ingestion.lake import Folder, Log, logs, place_of, reachable, tables
from ingestion.lock import alone
from ingestion.residence import check_residence
from ingestion.settings import Settings

MOMENT = pa.timestamp("us", "UTC")
RUNS = pa.schema(
    [
        ("run_id", pa.int64()),
        ("started_at", MOMENT),
        ("finished_at", MOMENT),
        ("status", pa.string()),
        ("as_of", MOMENT),
        ("closed_until", MOMENT),
        ("file_count", pa.int64()),
        ("record_count", pa.int64()),
        ("rejected_count", pa.int64()),
        ("rated_count", pa.int64()),
        ("suspended_count", pa.int64()),
        ("charges_json", pa.string()),
        ("duration_ms", pa.int64()),
        ("table_versions", pa.map_(pa.string(), pa.int64())),
        ("reference_hashes", pa.map_(pa.string(), pa.string())),
    ]
)
LEDGER = "operations.runs"
# no run writes these: it neither restores them nor names their versions
OF_NO_RUN = (LEDGER, "operations.exports", "simulation.")
KEPT = {"delta.checkpointInterval": "1000000"}


class KnowledgeGoesBack(Failure):
    """The knowledge time asked for is before that of the last run."""


@dataclass(frozen=True)
class LastRun:
    """What the last committed run left: its number, table versions and the tariff files' hashes.

    Cycles that ended until `closed_until` were closed by it or before.
    """

    run_id: int = 0
    known_at: datetime | None = None
    closed_until: datetime | None = None
    table_versions: dict[str, int] = field(default_factory=dict)
    reference_hashes: dict[str, str] = field(default_factory=dict)


@contextmanager
def only_run(settings: Settings) -> Iterator[Callable[[], None]]:
    """Hold the home's lock and the lake's lease: one process at a time changes its tables. Gives
    what raises LeaseLost when that is not sure any more.

    Raises HomeIsBusy, LivesElsewhere, and what `leased` raises.
    """
    with alone(settings.root / "run.lock", "works on"):
        check_residence(settings)
        with reachable(settings), _leased(settings) as check_alone:
            yield check_alone


def _leased(settings: Settings) -> AbstractContextManager[Callable[[], None]]:
    """On a disk the lock of the home is enough."""
    if not settings.lake_url:
        return nullcontext(lambda: None)
    # what speaks to object stores takes a fifth of a second to import
    from ingestion.lease import leased

    return leased(settings)


def place(settings: Settings) -> Folder:
    return place_of(settings, LEDGER)


def last_run(settings: Settings) -> LastRun:
    """The last committed run, or one with number 0 when there is none. Raises TableDamaged."""
    newest_version = version(place(settings))
    if newest_version is None and not tables(settings):
        return LastRun()
    require(settings, {LEDGER: newest_version or 0})
    with named_damage(settings):
        # one file a run, packed or not, and only the last one is read
        ledger = DeltaTable(str(place(settings)))
        files = pa.table(ledger.get_add_actions(flatten=True)).to_pylist()
        if not files:
            return LastRun()
        newest = max(files, key=lambda file: file["max.run_id"])
        with place(settings).read(newest["path"]) as file:
            rows = pq.read_table(file).to_pylist()
        last = max(rows, key=lambda row: row["run_id"])
    return LastRun(
        run_id=last["run_id"],
        known_at=last["as_of"],
        closed_until=last.get("closed_until"),
        table_versions=dict(last["table_versions"]),
        reference_hashes=dict(last["reference_hashes"]),
    )


def open_ledger(settings: Settings) -> None:
    """Create the ledger, empty, before any other table: a home with tables has one for sure."""
    if version(place(settings)) is None:
        place(settings).make()
        DeltaTable.create(str(place(settings)), RUNS, mode="ignore", configuration=KEPT)


def knowledge_time(as_of: datetime | None, last: LastRun) -> datetime:
    """The run's knowledge time, UTC: as asked, or now; it never goes back behind the last run's."""
    if as_of is None:
        now = datetime.now(UTC)
        return max(now, last.known_at) if last.known_at else now
    if last.known_at and as_of < last.known_at:
        raise KnowledgeGoesBack(
            f"--as-of {as_of.isoformat()} is before the knowledge time of the last run, "
            f"{last.known_at.isoformat()}; give that or a later time, or use another --home"
        )
    return as_of.astimezone(UTC)


def current_versions(settings: Settings) -> dict[str, int]:
    """The version of every table but the ledger itself."""
    return {
        name: log.version for name, log in logs(settings).items() if not name.startswith(OF_NO_RUN)
    }


def commit(
    settings: Settings,
    *,
    run_id: int,
    started_at: datetime,
    known_at: datetime,
    closed_until: datetime,
    counts: Mapping[str, int],
    charges: Mapping[str, str],
    reference_hashes: Mapping[str, str],
) -> None:
    """Append the run: from here on its tables count, and the next run starts from them."""
    finished_at = datetime.now(UTC)
    row = {
        "run_id": run_id,
        "started_at": started_at,
        "finished_at": finished_at,
        "status": "completed",
        "as_of": known_at,
        "closed_until": closed_until,
        "file_count": counts["files"],
        "record_count": counts["records"],
        "rejected_count": counts["rejected"],
        "rated_count": counts["rated"],
        "suspended_count": counts["suspended"],
        "charges_json": json.dumps(charges),
        "duration_ms": int((finished_at - started_at).total_seconds() * 1000),
        "table_versions": list(current_versions(settings).items()),
        "reference_hashes": list(reference_hashes.items()),
    }
    write_deltalake(
        str(place(settings)),
        pa.Table.from_pylist([row], schema=RUNS),
        mode="append",
        schema_mode="merge",
        configuration=KEPT,
    )


def restore(settings: Settings, last: LastRun) -> list[str]:
    """Put every table back to what the last committed run left, if it is not that already.

    This makes a run atomic: one that was killed leaves nothing behind. Returns the tables that
    were put back; those that the last run did not have are emptied. Raises TableDamaged.
    """
    require(settings, last.table_versions)
    restored = []
    for name, log in logs(settings).items():
        committed = last.table_versions.get(name)
        if name.startswith(OF_NO_RUN) or (committed is not None and _is_as_left(log, committed)):
            continue
        table = DeltaTable(log.place)
        if committed is None:
            _empty(table)
        else:
            table.restore(committed)
        restored.append(name)
    return restored


def as_left(settings: Settings) -> dict[str, Log]:
    """The logs of the ledger and of the tables that have the rows that the last run left."""
    versions = last_run(settings).table_versions
    return {
        name: log
        for name, log in logs(settings).items()
        if name == LEDGER or (name in versions and _is_as_left(log, versions[name]))
    }


def _empty(table: DeltaTable) -> None:
    """Take a table back to how it was created: the first version, without rows."""
    if not _has_rows_of(table, 0):
        table.restore(0)
    if table.count():
        table.delete()


def _is_as_left(log: Log, committed: int) -> bool:
    return log.version == committed or _has_rows_of(DeltaTable(log.place), committed)


def _has_rows_of(table: DeltaTable, committed: int) -> bool:
    """Whether all that came after this version put it back, or packed its files."""
    for commit in table.history(table.version() - committed):
        if commit["operation"] == "RESTORE":
            return bool(commit["operationParameters"].get("version") == str(committed))
        if commit["operation"] != "OPTIMIZE":
            return False
    return True
