"""dbt by hand on a home: its models decide everything anew, as a full refresh does."""

from collections.abc import Sequence
from typing import Any

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.dbt_calls import invoke
from ingestion.engine import engine
from ingestion.lake import tables
from ingestion.settings import Settings

# what models add to; a full refresh begins with all of it empty
DERIVED = ("customers.", "rated.", "aggregates.")
# but for what is never written anew: a closed cycle keeps its versions (docs/billing.md)
CLOSED = (
    "aggregates.statement",
    "aggregates.ledger_entries",
    "aggregates.payments",
    "aggregates.account_totals",
)


def empty_derived(spark: SparkSession, settings: Settings) -> None:
    """Empty every table that models add to and that is derived anew."""
    for name in tables(settings):
        if name.startswith(DERIVED) and not name.startswith(CLOSED):
            spark.sql(f"delete from {name}")


def dbt(settings: Settings, arguments: Sequence[str]) -> Any:
    """Call dbt with these arguments on the home's engine; gives dbt's own result.

    Nothing of it is committed: the next run puts the tables back first. Raises HomeIsBusy.
    """
    with runs.only_run(settings):
        last = runs.last_run(settings)
        runs.restore(settings, last)
        with engine(settings) as spark:
            empty_derived(spark, settings)
            known_at = runs.knowledge_time(None, last)
            this_run = transform.ThisRun(last.run_id + 1, last_run_id=0, known_at=known_at)
            transform.announce(settings, this_run)
            return invoke(settings, arguments)
