"""Read what the last committed run left, also while the next one works."""

import os
import re
import time
from collections.abc import Iterator
from contextlib import contextmanager

from pyspark.errors import PySparkException, UnsupportedOperationException
from pyspark.sql import SparkSession

from ingestion import runs
from ingestion.catalog import check_home
from ingestion.engine import engine
from ingestion.failures import Failure
from ingestion.lake import logs, reachable
from ingestion.settings import Settings

MISSING_COLUMN = re.compile(r"attribute ObjectName\(\[(.*?)\]\) is missing")
SAID_CHARACTERS = 400


class NothingRated(Failure):
    """No run has committed in this home yet."""


class StatementFailed(Failure):
    """The engine could not do what a statement says; the message is its first line."""


@contextmanager
def committed(settings: Settings) -> Iterator[SparkSession]:
    """Give a session on the tables as the last committed run left them; no lock is needed.

    Raises NothingRated, StatementFailed, and what `engine` raises.
    """
    check_home(settings)
    settings = settings.model_copy(update={"lake_account": "reader"})
    with reachable(settings):
        last = runs.last_run(settings)
        if not last.run_id:
            raise NothingRated(f"nothing has been rated in {settings.root}: `ratelake run` does it")
        try:
            with (
                _clock_in_utc(),
                engine(settings, {**last.table_versions, **_others(settings)}) as spark,
            ):
                yield spark
        except PySparkException as failure:
            raise StatementFailed(said(failure)) from None


def _others(settings: Settings) -> dict[str, int]:
    """What no run writes, which is read as it is now."""
    return {
        name: log.version for name, log in logs(settings).items() if name.startswith(runs.OF_NO_RUN)
    }


def said(failure: PySparkException) -> str:
    """What the engine says, in one sentence without its stack trace."""
    text = str(failure.getMessage() or failure).strip()
    if found := MISSING_COLUMN.search(text):
        return "there is no column " + ".".join(re.findall('"([^"]*)"', found[1]))
    first = text.partition("\n")[0].rpartition("[TABLE_OR_VIEW_NOT_FOUND] ")[2]
    why = "is not supported" if isinstance(failure, UnsupportedOperationException) else ""
    return f"the statement cannot be run: {first[:SAID_CHARACTERS]} {why}".rstrip()


@contextmanager
def _clock_in_utc() -> Iterator[None]:
    """pyspark gives moments in the process's own time zone, and does not say which that is."""
    before = os.environ.get("TZ")
    _set_time_zone("UTC")
    try:
        yield
    finally:
        _set_time_zone(before)


def _set_time_zone(name: str | None) -> None:
    if name is None:
        del os.environ["TZ"]
    else:
        os.environ["TZ"] = name
    time.tzset()
