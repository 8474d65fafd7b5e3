"""The dbt part of a run: models and invariants, for what the run decides."""

import hashlib
import os
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from pyspark.sql import SparkSession

from ingestion.catalog import keep_views
from ingestion.dbt_calls import Progress, invoke_quietly
from ingestion.failures import Failure
from ingestion.lake import scratch
from ingestion.settings import PROJECT, Settings

# a run without changed tariffs keeps what was compiled of them
EVERYTHING, WHAT_IS_NEW = "everything", "what_is_new"
# of an invariant that is broken
NAMED_ROWS = 20
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
# dbt's account of the project and of a run as files: a second of each run, which only who asks pays
WRITE_JSON = "DBT_WRITE_JSON"


class TransformFailed(Failure):
    """A model or an invariant failed; the message names each and what it said."""


@dataclass(frozen=True)
class ThisRun:
    """What a run hands to its models. `last_run_id` 0: everything known is decided anew.

    Cycles that ended in (`closed_before`, `closed_until`] close; by default all until `known_at`.
    """

    run_id: int
    last_run_id: int
    known_at: datetime
    closed_until: datetime | None = None
    closed_before: datetime | None = None


def models_hash() -> str:
    """SHA-256 of all that says how rating is done: a run with other models compiles all anew."""
    digest = hashlib.sha256((PROJECT / "dbt_project.yml").read_bytes())
    for folder in ("macros", "models"):
        for path in sorted((PROJECT / folder).rglob("*.sql")):
            digest.update(path.read_bytes())
    return digest.hexdigest()


def announce(settings: Settings, this_run: ThisRun) -> None:
    """Say in the environment what run this is, for the models, and empty its scratch folder."""
    scratch(settings).clear()
    say(settings, this_run)


def say(settings: Settings, this_run: ThisRun) -> None:
    """Say in the environment what run this is; what it wrote to its scratch folder stays."""
    os.environ |= {
        "RATELAKE_THIS_RUN_ID": str(this_run.run_id),
        "RATELAKE_THIS_LAST_RUN_ID": str(this_run.last_run_id),
        "RATELAKE_THIS_KNOWN_AT": _moment(this_run.known_at),
        "RATELAKE_THIS_CLOSED_UNTIL": _moment(this_run.closed_until or this_run.known_at),
        "RATELAKE_THIS_CLOSED_BEFORE": _moment(this_run.closed_before or BEGINNING),
        "RATELAKE_THIS_MODELS": models_hash(),
        "RATELAKE_THIS_SCRATCH": str(scratch(settings) / f"run-{this_run.run_id:08d}"),
    }


def _moment(at: datetime) -> str:
    return at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f").zfill(26)


def build(
    settings: Settings,
    *,
    selector: str = EVERYTHING,
    on_progress: Progress = lambda done, total: None,
) -> None:
    """Run the models and invariants of a selector (selectors.yml), in dependency order.

    Raises TransformFailed; the tables are then put back at the next start.
    """
    files = () if os.environ.get(WRITE_JSON) else ("--no-write-json",)
    asked = ["build", "--selector", selector, "--fail-fast", *files]
    result = invoke_quietly(settings, asked, on_progress)
    if result.exception is not None:
        raise TransformFailed(str(result.exception)) from result.exception
    nodes = result.result.results
    failed = [node for node in nodes if node.status not in ("success", "pass", "skipped")]
    if failed or not result.success:
        # dbt may leave out the node that failed when it cancels those beside it
        said = "\n".join(_said(node) for node in failed)
        raise TransformFailed(said or f"dbt stopped; {settings.logs / 'dbt.log'} says where")
    made = [node.node for node in nodes if node.node.resource_type == "model"]
    statements = {
        f"{model.schema}.{model.alias}": model.compiled_code
        for model in made
        if model.config.materialized == "view"
    }
    if statements:
        keep_views(settings, statements)


def _said(failed: Any) -> str:
    """What a failed node says; an invariant names the first rows that break it."""
    said = f"{failed.node.name}: {failed.message}"
    if failed.node.resource_type != "test" or failed.status != "fail":
        return said
    spark = SparkSession.active()
    rows = spark.sql(failed.node.compiled_code).limit(NAMED_ROWS).collect()
    return "\n".join([said, *(f"  {row.invariant}: {row.of_what}: {row.figures}" for row in rows)])
