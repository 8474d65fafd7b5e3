"""What a bench found, as tables for people or as JSON."""

import json
from dataclasses import asdict
from typing import Any

from bench.billing import Billing
from bench.budgets import budgets
from bench.home import Measured
from bench.measure import Result
from bench.meter import Cost
from bench.tables import Print, number, printer, table

SLOWEST = 10
RATES = ("Seconds", "CPU-s", "Records/s", "Records/CPU-s")
RATING = ("rate", "aggregate")


def as_json(result: Result) -> str:
    """Everything, with the budgets and both rates."""
    found: dict[str, Any] = asdict(result)
    found["end_to_end_per_cpu_second"] = result.end_to_end
    found["rating_ratio"] = result.rating_ratio
    found["budgets"] = [asdict(budget) for budget in budgets(result)]
    return json.dumps(found, indent=2)


def print_tables(result: Result) -> None:
    out = printer()
    first = result.large.first
    out(f"Engine: {result.engine}; {first.records:,} usage records ({result.asked:,} asked for)\n")
    _print_stages(out, result)
    _print_nodes(out, first)
    _print_changes(out, result)
    _print_tariffs(out, result)
    _print_floor(out, result)
    if result.billing:
        _print_billing(out, result.billing)
    _print_budgets(out, result)


def _print_stages(out: Print, result: Result) -> None:
    first = result.large.first
    rows = [
        (stage.name, *_rates(_records(stage.name, first), stage.cost)) for stage in first.stages
    ]
    rows.append(("the whole run", *_rates(first.records, first.cost)))
    rows.append(("DuckDB: pricing joins", *_rates(result.floor.records, result.floor.cost)))
    out(table("Stages of a first run", ("Stage", *RATES), rows))


def _records(stage: str, run: Measured) -> int:
    return run.rows_published if stage == "publish" else run.records


def _print_nodes(out: Print, run: Measured) -> None:
    rows = [
        (node.name, node.stage, number(node.seconds), number(node.cost.cpu_seconds))
        for node in run.nodes[:SLOWEST]
    ]
    columns = ("Node", "Stage", "Seconds", "CPU-seconds, shared")
    out(table(f"The {SLOWEST} slowest of {len(run.nodes)} nodes of its dbt graph", columns, rows))


def _print_changes(out: Print, result: Result) -> None:
    full, *later = (
        (name, run)
        for name, run in (
            ("first run", result.large.first),
            ("nothing new", result.large.nothing),
            ("one late event", result.large.late),
        )
    )
    rows = [
        (
            name,
            number(run.cost.seconds),
            f"{run.cost.seconds / full[1].cost.seconds:.2%}",
            f"{run.rows_written:,}",
            f"{run.rows_written / full[1].rows_written:.4%}",
        )
        for name, run in (full, *later)
    ]
    columns = ("Run", "Seconds", "Share", "Rows written", "Share")
    out(table("What a change costs, as shares of a first run", columns, rows))


def _print_tariffs(out: Print, result: Result) -> None:
    rows = [
        (
            name,
            *_rates(run.records, run.stage(*RATING)),
            f"{run.stage(*RATING).cpu_seconds / result.plain.stage(*RATING).cpu_seconds:.2f}",
            number(run.stage("reference").seconds),
        )
        for name, run in (
            ("plain tariffs", result.plain),
            ("bundles and cycles (first run)", result.large.first),
            ("and 170,000 prefixes", result.prefixes),
        )
    ]
    columns = ("Tariffs", *RATES, "CPU ratio", "Read, s")
    out(table("Rate and aggregate all usage, by tariffs", columns, rows))


def _print_floor(out: Print, result: Result) -> None:
    floor = result.floor
    out(
        f"DuckDB priced {floor.compared:,} of the events rated with plain tariffs; {floor.same:,} "
        "charges are equal to the last digit.\n",
        soft_wrap=True,
    )


def _print_billing(out: Print, billing: Billing) -> None:
    rows = [
        (
            name,
            f"{run.statements:,}",
            f"{run.table_rows['aggregates.ledger_entries']:,}",
            f"{run.table_rows['aggregates.statement_lines']:,}",
            number(run.cost.seconds),
            number(run.cost.cpu_seconds),
            f"{run.cost.cpu_seconds / billing.closing.cost.cpu_seconds:.2%}",
        )
        for name, run in (
            ("the cycle of each closes", billing.closing),
            (f"{billing.changed_accounts:,} late events", billing.recalculation),
        )
    ]
    columns = ("Run", "Statements", "Postings", "Lines", "Seconds", "CPU-s", "CPU share")
    out(table(f"Billing cycles of {billing.accounts:,} accounts", columns, rows))
    out(
        f"Closing: {billing.statements_per_cpu_second:,.0f} statements and "
        f"{billing.postings_per_cpu_second:,.0f} postings per CPU-second.\n"
    )
    again = billing.reproduction
    out(
        f"Reproduced {again.statement_id} ({again.lines:,} lines) from {again.rows_read:,} rows in "
        f"{number(again.seconds)} s: {again.differences:,} differences.\n",
        soft_wrap=True,
    )


def _print_budgets(out: Print, result: Result) -> None:
    rows = [
        (
            budget.what,
            f"{budget.records:,}",
            f"{budget.budget:,g} {budget.unit}",
            f"{number(budget.reached)} {budget.unit}",
            f"{budget.ratio:.2f}",
        )
        for budget in budgets(result)
    ]
    columns = ("Budget", "Records", "Allowed", "Reached", "1 = met")
    out(table("The design's budgets (those in seconds are for 200,000 records)", columns, rows))


def _rates(records: int, cost: Cost) -> tuple[str, ...]:
    rates = (
        f"{records / spent:,.0f}" if spent else "" for spent in (cost.seconds, cost.cpu_seconds)
    )
    return (number(cost.seconds), number(cost.cpu_seconds), *rates)
