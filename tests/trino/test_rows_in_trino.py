"""What Trino shows is what the last run left, to the last digit, and says what it means."""

import re
from collections import Counter
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any

import pytest
from deltalake import DeltaTable, write_deltalake

from ingestion.catalog import views
from ingestion.committed import committed
from ingestion.lake import tables
from ingestion.query import rows
from ingestion.runs import last_run
from serving.trino.descriptions import descriptions
from serving.trino.share import HIDDEN
from serving.trino.views import NOT_IN_TRINO
from tests.conftest import AS_OF
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack

COUNT = "select count(*), sum(charge_amount) from rated.usage_charges"
IN_TRINO = "select count(*), sum(charge_amount) from lake.rated.usage_charges"


def as_trino_has_it(value: Any) -> Any:
    """Moments to the nearest millisecond: the one thing that Trino has otherwise."""
    if isinstance(value, datetime):
        at = value.astimezone(UTC).replace(tzinfo=None) if value.tzinfo else value
        return (
            at + timedelta(microseconds=500) - timedelta(microseconds=(at.microsecond + 500) % 1000)
        )
    if isinstance(value, dict):
        return tuple(sorted((key, as_trino_has_it(item)) for key, item in value.items()))
    if isinstance(value, list | tuple):
        return tuple(as_trino_has_it(item) for item in value)
    return (value, value.as_tuple().exponent) if isinstance(value, Decimal) else value


def test_every_table_and_view_has_the_same_rows_and_columns_as_on_spark(
    analysts: AnalystHome,
) -> None:
    names = [name for name in (*tables(analysts.settings), *views(analysts.settings))]
    shown = [name for name in names if not name.startswith(HIDDEN) and name not in NOT_IN_TRINO]
    assert len(shown) > 70
    differing = []
    with committed(analysts.settings) as spark:
        for name in shown:
            frame = spark.sql(f"select * from {name}")
            columns = ", ".join(f'"{column}"' for column in frame.columns)
            wanted = Counter(as_trino_has_it(tuple(row)) for row in rows(frame))
            found = analysts.ask("engineer", f"select {columns} from lake.{name}")
            if Counter(as_trino_has_it(row) for row in found) != wanted:
                differing.append(name)
    assert differing == []


def test_people_see_exactly_these_tables_and_views(analysts: AnalystHome) -> None:
    found = analysts.ask(
        "engineer",
        "select table_schema || '.' || table_name from lake.information_schema.tables "
        "where table_schema not in ('tables', 'committed', 'information_schema')",
    )
    names = {*tables(analysts.settings), *views(analysts.settings)} - NOT_IN_TRINO
    wanted = {name for name in names if not name.startswith(HIDDEN)}
    assert {name for [name] in found} == {*wanted, "operations.support_accounts"}


def test_documented_columns_say_what_they_mean(analysts: AnalystHome) -> None:
    described = descriptions()["rated.usage_charges"]
    shown = analysts.ask("analyst", "describe lake.rated.usage_charges")
    comments = {column: comment for column, _, _, comment in shown}
    assert comments == {column: described.columns[column] for column in comments}
    assert "charge" in comments["charge_amount"]
    [[comment]] = analysts.ask(
        "analyst",
        "select comment from system.metadata.table_comments "
        "where catalog_name = 'lake' and schema_name = 'rated' and table_name = 'usage_charges'",
    )
    assert comment == described.table != ""


def test_what_no_run_committed_is_not_seen(analysts: AnalystHome) -> None:
    """A run at work has written rows, and may be killed before it commits them."""
    place = tables(analysts.settings)["rated.usage_outcomes"]
    before = analysts.ask("analyst", IN_TRINO)
    number = DeltaTable(place).version()
    write_deltalake(place, DeltaTable(place).to_pyarrow_table(), mode="append")
    try:
        analysts.ratelake("up", "trino")
        assert analysts.ask("analyst", IN_TRINO) == before
        [[now]] = analysts.ask("engineer", "select count(*) from lake.tables.rated__usage_outcomes")
        assert now > before[0][0]
    finally:
        DeltaTable(place).restore(number)


def test_each_run_is_followed(analysts: AnalystHome) -> None:
    before = analysts.ask("analyst", IN_TRINO)
    analysts.deliver_late("late_2", "2026-10-30T10:00:00Z")
    analysts.ratelake("run", "--no-publish", *AS_OF)
    [(count, amount)] = analysts.spark(COUNT)
    assert analysts.ask("analyst", IN_TRINO) == [[count, amount]] != before
    assert count == before[0][0] + 1
    [[run_id]] = analysts.ask("analyst", "select max(run_id) from lake.operations.runs")
    assert run_id == last_run(analysts.settings).run_id


def test_earlier_versions_are_there_for_engineers(analysts: AnalystHome) -> None:
    """The ledger of runs names the version of each table that a run left."""
    [[number, charged]] = analysts.ask(
        "engineer",
        "select table_versions['rated.usage_outcomes'], rated_count "
        "from lake.operations.runs where run_id = 1",
    )
    assert analysts.ask(
        "engineer",
        "select count_if(disposition = 'rated') from lake.tables.rated__usage_outcomes "
        f"for version as of {number}",
    ) == [[charged]]


@pytest.mark.parametrize("form", ["table", "csv", "json"])
def test_query_answers_from_trino_in_each_form(analysts: AnalystHome, form: str) -> None:
    sql = "select statement_id, total_amount, closed_at, usage from lake.aggregates.statements {}"
    joined = sql.format(
        "cross join (select usage_stretches as usage from lake.aggregates.statement_lines "
        "where cardinality(usage_stretches) = 1 order by line_key limit 1) "
        "order by statement_id limit 1"
    )
    shown = analysts.ratelake("query", "--engine", "trino", "--format", form, joined).stdout
    [[amount]] = analysts.ask(
        "engineer", "select min_by(total_amount, statement_id) from lake.aggregates.statements"
    )
    assert str(amount) in shown
    assert "first_started_at" in shown and re.search(r"T\d\d:\d\d:\d\dZ", shown)
    assert "+00:00" not in shown


def test_a_statement_that_trino_refuses_is_one_sentence(analysts: AnalystHome) -> None:
    failed = analysts.ratelake(
        "query", "--engine", "trino", "select nothing from lake.raw.usage", exit_code=1
    )
    assert failed.stdout == ""
    assert failed.stderr == (
        "ratelake: Trino refuses the statement: line 1:8: Column 'nothing' cannot be resolved\n"
    )
