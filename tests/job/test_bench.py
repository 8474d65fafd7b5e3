"""The bench on a few records: every part of it runs, and says what it found."""

import json
from pathlib import Path

import pytest

from bench.__main__ import bench, parse
from bench.measure import Result
from bench.report import as_json, print_tables


@pytest.fixture(scope="module")
def result(tmp_path_factory: pytest.TempPathFactory) -> Result:
    home: Path = tmp_path_factory.mktemp("bench") / "home"
    options = parse(["--records", "2000", "--accounts", "100", "--no-publish", "--home", str(home)])
    return bench(options, options.records)


def test_every_part_is_printed(result: Result, capsys: pytest.CaptureFixture[str]) -> None:
    print_tables(result)
    said = capsys.readouterr().out
    for part in (
        *("Stages of a first run", "load", "rate", "bill", "aggregate", "the whole run"),
        "slowest of",
        *("What a change costs", "nothing new", "one late event"),
        *("by tariffs", "bundles and cycles", "170,000 prefixes"),
        "equal to the last digit",
        *("Billing cycles of 100 accounts", "statements and", "postings per CPU-second"),
        *("The design's budgets", "end to end", "rating over DuckDB's"),
    ):
        assert part in said


def test_the_same_is_given_as_json(result: Result) -> None:
    found = json.loads(as_json(result))
    assert found["budgets"][0]["what"] == "run, home empty"
    assert found["large"]["first"]["records"] > 2_000


def test_stages_and_what_lies_between_them_make_the_whole_run(result: Result) -> None:
    run = result.large.first
    stages = sum(stage.cost.seconds for stage in run.stages)
    assert 0.5 * run.cost.seconds < stages <= 1.01 * run.cost.seconds


def test_duckdb_comes_to_the_same_charges(result: Result) -> None:
    assert result.floor.same == result.floor.compared > 1_000


def test_a_late_event_writes_a_small_part_of_what_a_first_run_writes(result: Result) -> None:
    assert result.large.nothing.rows_written == 0
    assert 0 < result.large.late.rows_written < 0.2 * result.large.first.rows_written


def test_late_usage_computes_few_statements_again(result: Result) -> None:
    assert result.billing is not None
    closed, again = result.billing.closing, result.billing.recalculation
    assert closed.statements > 50
    assert 1 <= again.statements < 0.2 * closed.statements
    assert again.table_rows["aggregates.statement_deltas"] > 0
    assert result.billing.reproduction.lines > 0
    assert result.billing.reproduction.differences == 0


def test_bundles_do_not_change_what_a_rebuild_holds(result: Result) -> None:
    assert result.plain.records == result.prefixes.records == result.large.late.records
