"""dbt called inside this process, and what of it is done in another way here.

dbt-spark is made for one session that it sets up itself, and dbt for a terminal: between the
statements of a short run both did as much as the engine in them (decision 35).
"""

import logging
import os
import re
import shutil
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cache
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any

from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from ingestion.settings import PROJECT, Settings

if TYPE_CHECKING:
    from dbt_common.events.base_types import EventMsg

Progress = Callable[[int, int], None]
# dbt's own parse of the project, made once at set-up: see Makefile
PARSED = PROJECT / "target" / "partial_parse.msgpack"
QUIETLY = ("--log-level", "none", "--log-level-file", "info")
# whitespace and comments before the first word of a statement, and that word if it is WITH
FIRST_WORD = re.compile(r"((?:\s+|--[^\n]*|/\*.*?\*/)*)(with\b)?", re.DOTALL | re.IGNORECASE)


def invoke(
    settings: Settings, arguments: Sequence[str], on_progress: Progress | None = None
) -> Any:
    """Call dbt in this process, on the engine that SPARK_REMOTE names; gives dbt's own result."""
    from dbt.cli.main import dbtRunner

    target = settings.root / "dbt"
    if PARSED.is_file() and not (target / PARSED.name).exists():
        target.mkdir(parents=True, exist_ok=True)
        shutil.copy(PARSED, target / PARSED.name)
    os.environ.setdefault("DBT_SEND_ANONYMOUS_USAGE_STATS", "false")
    # dbt's log on a disk that is full: that is said once, by the run
    logging.raiseExceptions = False
    _leave_the_session_as_it_is()
    _look_for_with_where_it_is()
    callbacks = [] if on_progress is None else [_follow(on_progress)]
    places = ["--project-dir", str(PROJECT), "--profiles-dir", str(PROJECT)]
    places += ["--target-path", str(target), "--log-path", str(settings.logs)]
    return dbtRunner(callbacks=callbacks).invoke([*arguments, *places])


def invoke_quietly(
    settings: Settings, arguments: Sequence[str], on_progress: Progress | None = None
) -> Any:
    """`invoke` as a step of the product's own: nothing is printed, and the log has no details."""
    with _no_details():
        return invoke(settings, [*arguments, *QUIETLY], on_progress)


def failures(done: Any) -> str:
    """What dbt's result says went wrong: of dbt itself, or of each model."""
    if done.exception is not None or done.result is None:
        return str(done.exception)
    failed = [node for node in done.result.results if node.status == "error"]
    return "\n".join(f"{node.node.name}: {node.message}" for node in failed)


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
def _look_for_with_where_it_is() -> None:
    """Have dbt put ephemeral models after the WITH that a statement begins with, or before all of
    it. dbt has sqlparse tell every word of the statement apart to find its first WITH."""
    import sqlparse
    from dbt import compilation
    from sqlparse.sql import Statement, Token

    def parse(sql: str) -> tuple[Statement]:
        found = FIRST_WORD.match(sql)
        assert found is not None
        words = (
            (sqlparse.tokens.Whitespace, found[1]),
            (sqlparse.tokens.Keyword, found[2]),
            (sqlparse.tokens.Text, sql[found.end() :]),
        )
        return (Statement([Token(kind, text) for kind, text in words if text]),)

    compilation.sqlparse = SimpleNamespace(  # type: ignore[assignment]
        sql=sqlparse.sql, tokens=sqlparse.tokens, parse=parse
    )


@contextmanager
def _no_details() -> Iterator[None]:
    """Let dbt forget its events for debugging at once: it makes 2,000 in a short run, and a line
    for its log of each, before it looks whether the log takes such."""
    from dbt_common.events.base_types import BaseEvent, EventLevel
    from dbt_common.events.event_manager import EventManager
    from dbt_common.events.event_manager_client import ctx_set_event_manager, get_event_manager

    class WithoutDetails(EventManager):
        def fire_event(
            self, e: BaseEvent, level: EventLevel | None = None, *rest: Any, **more: Any
        ) -> None:
            if (level or e.level_tag()) != EventLevel.DEBUG:
                super().fire_event(e, level, *rest, **more)

    before = get_event_manager()
    ctx_set_event_manager(WithoutDetails())
    try:
        yield
    finally:
        ctx_set_event_manager(before)


def _follow(on_progress: Progress) -> Callable[["EventMsg"], None]:
    def follow(event: "EventMsg") -> None:
        if event.info.name == "LogModelResult":
            on_progress(event.data.index, event.data.total)
        elif event.info.name == "LogTestResult":
            on_progress(event.data.index, event.data.num_models)

    return follow
