"""A home that is loaded, with dbt at hand in the session that knows it."""

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.dbt_calls import invoke
from ingestion.engine import engine
from ingestion.keys import create_keyring, load_keyring
from ingestion.lake import tables
from ingestion.landing.collect import collect
from ingestion.raw.load import load
from ingestion.reference import history
from ingestion.settings import Settings

KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)
# hooks, and what dbt only names
NOT_RUN = ("operation", "exposure")


@dataclass(frozen=True)
class ByHand:
    """dbt on a home, each command as somebody who works on the models gives it."""

    spark: SparkSession
    settings: Settings

    def dbt(self, *arguments: str) -> list[Any]:
        """What became of each model and test, as dbt has it. Raises what dbt raised."""
        done = invoke(self.settings, [*arguments, "--log-level", "none"])
        if done.exception is not None:
            raise done.exception
        return [
            result for result in done.result.results if result.node.resource_type not in NOT_RUN
        ]


@contextmanager
def loaded_home(settings: Settings) -> Iterator[ByHand]:
    """Load what lies in the inbox and the reference folder, as the first run of a new home."""
    runs.open_ledger(settings)
    create_keyring(settings.keyring_file)
    keyring = load_keyring(settings.keyring_file)
    collect(settings, keyring, known_at=KNOWN_AT)
    with engine(settings) as spark:
        load(spark, settings, keyring, run_id=1, known_at=KNOWN_AT)
        history.create_tables(spark, tables(settings))
        folder = settings.reference_folder
        hashes = history.delivered_hashes(folder)
        changed = history.changed_files({}, hashes)
        history.load_reference(spark, folder, changed, run_id=1, known_at=KNOWN_AT)
        transform.announce(settings, transform.ThisRun(1, 0, KNOWN_AT))
        yield ByHand(spark, settings)
