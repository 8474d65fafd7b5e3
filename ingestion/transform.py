"""The dbt part of a run: models and invariants, for what the run decides."""

import hashlib
import logging
import os
import shutil
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from ingestion.catalog import keep_views
from ingestion.failures import Failure
from ingestion.lake import scratch
from ingestion.settings import PROJECT, Settings

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

Progress = Callable[[int, int], None]
# dbt's own parse of the project, made once at set-up: see Makefile
PARSED = PROJECT / "target" / "partial_parse.msgpack"
# a run without changed tariffs keeps what was compiled of them
EVERYTHING, WHAT_IS_NEW = "everything", "what_is_new"
# of an invariant that is broken
NAMED_ROWS = 20
BEGINNING = datetime(1, 1, 1, tzinfo=UTC)
QUIETLY = ("--fail-fast", "--log-level", "none", "--log-level-file", "info")
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
    result = invoke(settings, ["build", "--selector", selector, *QUIETLY, *files], on_progress)
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


def invoke(
    settings: Settings, arguments: Sequence[str], on_progress: Progress | None = None
) -> Any:
    """Call dbt in this process, on the engine that SPARK_REMOTE names."""
    from dbt.cli.main import dbtRunner

    target = settings.root / "dbt"
    if PARSED.is_file() and not (target / PARSED.name).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, target / PARSED.name)
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    # dbt's log on a disk that is full: that is said once, by the run
    logging.raiseExceptions = False
    _leave_the_session_as_it_is()
    _find_with_in_plain_words()
    callbacks = [] if on_progress is None else [_follow(on_progress)]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    places += ["--target-path", str(target), "--log-path", str(settings.logs)]
    return dbtRunner(callbacks=callbacks).invoke([*arguments, *places])


@cache
def _leave_the_session_as_it_is() -> None:
    """Have dbt-spark send a statement and nothing else. By itself it sets the session anew before
    each one: ANSI mode off, with no setting against it, so that on Spark sums would wrap around in
    silence (decision 16), and a Hive catalog, which a server has or not since it started."""
    from dbt.adapters.spark.session import Cursor
    from dbt_common.exceptions import DbtRuntimeError

    def execute(cursor: Cursor, sql: str, *parameters: Any) -> None:
        try:
            cursor._df = SparkSession.active().sql(sql % parameters if parameters else sql)
        except AnalysisException as refused:
            raise DbtRuntimeError(str(refused)) from refused

    Cursor.execute = execute  # type: ignore[assignment, method-assign]


@cache
def _find_with_in_plain_words() -> None:
    """Have sqlparse give dbt ungrouped words of a statement: dbt looks for the first WITH in them,
    to put ephemeral models after it, and grouping was a twentieth of a short run.

    A model that has a WITH begins with it (a convention test), so the first one is its own.
    """
    import sqlparse
    from dbt import compilation
    from sqlparse.engine import FilterStack

    compilation.sqlparse = SimpleNamespace(  # type: ignore[assignment]
        sql=sqlparse.sql,
        tokens=sqlparse.tokens,
        parse=lambda sql: tuple(FilterStack().run(sql)),
    )


def _follow(on_progress: Progress) -> Callable[["EventMsg"], None]:
    def follow(event: "EventMsg") -> None:
        if event.info.name == "LogModelResult":
            on_progress(event.data.index, event.data.total)
        elif event.info.name == "LogTestResult":
            on_progress(event.data.index, event.data.num_models)

    return follow
