"""From a statement's id to whether it comes out the same again."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from pyspark.sql import SparkSession
from pyspark.sql.functions import col

from ingestion import runs, transform
from ingestion.committed import NothingRated
from ingestion.engine import engine
from ingestion.settings import Settings
from statements.found import no_such_statement
from statements.in_place import read_in_place, theirs
from statements.reproduction.comparison import Difference, differences
from statements.reproduction.facts import READ, STATEMENTS, RowsRead, bring
from statements.reproduction.home import bill, reproduction_home

Row = dict[str, Any]
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Reproduction:
    """What came of it. `code_version` made the statement, `models` derived it again."""

    head: Row
    lines: int
    differences: list[Difference]
    code_version: str
    models: str
    rows_read: RowsRead
    seconds: float


def reproduce(
    settings: Settings,
    statement_id: str,
    *,
    on_progress: Progress = lambda done, total: None,
) -> Reproduction:
    """Derive a statement again from what the run that closed it knew of the account, and compare.

    Nothing of the home changes. Raises NoSuchStatement, NothingRated, TransformFailed.
    """
    begun = time.monotonic()
    last = runs.last_run(settings)
    if not last.run_id:
        raise NothingRated(f"nothing has been rated in {settings.root}: `ratelake run` does it")
    with reproduction_home(settings) as home, engine(home) as spark:
        read_in_place(spark, settings, last, READ)
        heads, lines = _statement(spark, statement_id, *map(theirs, STATEMENTS))
        if not heads:
            raise no_such_statement(statement_id)
        [head] = heads
        rows_read = bring(spark, home, head["account_id"], head["run_id"])
        bill(home, head["closed_at"], on_progress)
        name = f"{head['account_id']}/{head['cycle_start'].isoformat()}/1"
        derived, derived_lines = _statement(spark, name, *STATEMENTS)
        return Reproduction(
            head=head,
            lines=len(lines),
            differences=differences(head, lines, next(iter(derived), None), derived_lines),
            code_version=head["code_version"],
            models=transform.models_hash(),
            rows_read=rows_read,
            seconds=round(time.monotonic() - begun, 1),
        )


def _statement(
    spark: SparkSession, statement_id: str, heads: str, lines: str
) -> tuple[list[Row], list[Row]]:
    def found(name: str) -> list[Row]:
        rows: list[Row] = (
            spark.table(name).where(col("statement_id") == statement_id).toArrow().to_pylist()
        )
        return rows

    return found(heads), sorted(found(lines), key=lambda line: line["line_no"])
