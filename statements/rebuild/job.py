"""Every run of a home again, in order, from what it brought; then both homes side by side."""

import shutil
import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.committed import NothingRated
from ingestion.engine import engine
from ingestion.failures import Failure
from ingestion.lake import tables
from ingestion.raw.tables import create_tables
from ingestion.reference import history
from ingestion.report import reconcile
from ingestion.settings import Settings
from statements.in_place import read_in_place
from statements.rebuild.comparison import COMPARED, Compared, compare
from statements.rebuild.facts import READ, PastRun, bring, past_runs

# so that the new home can go on where the old one is
COPIED = ("keys", "landing")
Progress = Callable[[int, int], None]


class CannotRebuild(Failure):
    """The folder cannot become a home."""


@dataclass(frozen=True)
class Rebuilt:
    """A home made again, and how each table compares."""

    folder: Path
    runs: int
    tables: list[Compared]
    seconds: float


def rebuild(
    settings: Settings, into: Path, *, on_progress: Progress = lambda done, total: None
) -> Rebuilt:
    """Make a home again in an empty folder from its raw rows and tariff history, and compare.

    The home itself is only read. Raises CannotRebuild, NothingRated, TransformFailed.
    """
    begun = time.monotonic()
    last = runs.last_run(settings)
    if not last.run_id:
        raise NothingRated(f"nothing has been rated in {settings.root}: `ratelake run` does it")
    home = settings.elsewhere(_empty(into))
    past = [run for run in past_runs(settings) if run.run_id <= last.run_id]
    with runs.only_run(home):
        for name in COPIED:
            if (settings.root / name).is_dir():
                shutil.copytree(settings.root / name, home.root / name)
        runs.open_ledger(home)
        before: PastRun | None = None
        for done, run in enumerate(past):
            on_progress(done, len(past))
            with engine(home) as spark:
                read_in_place(spark, settings, last, READ)
                _run_again(spark, home, run, before)
            before = run
        on_progress(len(past), len(past))
        with engine(home) as spark:
            read_in_place(spark, settings, last, COMPARED)
            compared = [compare(spark, name) for name in COMPARED]
    return Rebuilt(home.root, len(past), compared, round(time.monotonic() - begun, 1))


def _empty(folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise CannotRebuild(f"--into {folder} is not empty; name an empty folder, or a new one")
    return folder


def _run_again(spark: SparkSession, home: Settings, run: PastRun, before: PastRun | None) -> None:
    """What ingestion/run.py does with what is new, with what was new then."""
    started_at = datetime.now(UTC)
    create_tables(spark, home)
    history.create_tables(spark, tables(home))
    has_other_reference = bring(spark, run.run_id)
    this_run = transform.ThisRun(
        run.run_id,
        before.run_id if before else 0,
        run.known_at,
        run.closed_until,
        before.closed_until if before else None,
    )
    transform.announce(home, this_run)
    compiles = before is None or has_other_reference
    transform.build(home, selector=transform.EVERYTHING if compiles else transform.WHAT_IS_NEW)
    reconciliation = reconcile(spark)
    if reconciliation is None:
        raise CannotRebuild(f"run {run.run_id} brought no files: there is nothing to begin with")
    runs.commit(
        home,
        run_id=run.run_id,
        started_at=started_at,
        known_at=run.known_at,
        closed_until=run.closed_until,
        counts=reconciliation.counts(),
        charges=reconciliation.charges_text(),
        reference_hashes=run.reference_hashes | {"models": transform.models_hash()},
    )
