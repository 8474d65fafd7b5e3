"""What a test of examples and a simulation say, for people and for programs."""

import json
import sys
from collections.abc import Sequence
from decimal import Decimal
from pathlib import Path
from typing import Any, TextIO

from pyspark.sql import Row
from rich.console import Console
from rich.table import Table

from ingestion.query import plain
from tariffs.check import Outcome
from tariffs.simulation import Simulation

SHOWN_ROWS = 20


def print_outcome(outcome: Outcome, folder: Path) -> None:
    """The differences, if any, and how many examples were rated."""
    out = Console(file=sys.stdout, markup=False, highlight=False, width=110)
    if not outcome.examples:
        said = "has no examples: put usage and expected charges into examples/*.csv"
        out.print(f"{folder} {said}", soft_wrap=True)
        return
    if outcome.differences:
        table = Table("Row", "Example", "", "Expected", "Got")
        for found in outcome.differences:
            table.add_row(
                f"{found.file}:{found.line}", found.example, found.what, found.expected, found.got
            )
        out.print(table)
    wrong = len({(found.file, found.line) for found in outcome.differences})
    said = f"{wrong:,} are not as expected" if wrong else "all as expected"
    out.print(f"{outcome.examples:,} examples with {outcome.events:,} events: {said}")


def print_simulation(result: Simulation, file: TextIO) -> None:
    """Totals, where the difference comes from, and the accounts that it changes most."""
    out = Console(file=file, markup=False, highlight=False, width=110)
    out.print(
        f"Simulation {result.simulation_id}: usage from {result.period.first} to before "
        f"{result.period.end}, local days"
    )
    out.print(_table("All", ("currency",), result.totals))
    different = [row for row in result.revenue if row.difference]
    if not different:
        out.print("No difference by plan, service or zone.")
        return
    keys = ("plan_id", "service", "destination_zone", "currency")
    out.print(_table("By plan, service and zone", keys, different[:SHOWN_ROWS]))
    if len(different) > SHOWN_ROWS:
        out.print(f"… and {len(different) - SHOWN_ROWS:,} more in simulation.revenue")
    for title, rows in (("Would pay more", result.losers), ("Would pay less", result.winners)):
        if rows:
            out.print(_table(title, ("account_id", "currency"), rows))


def simulation_json(result: Simulation, file: TextIO) -> None:
    """One JSON object: every row by plan, service and zone; amounts as strings."""
    document = {
        "simulation_id": result.simulation_id,
        "from": result.period.first.isoformat(),
        "to": result.period.end.isoformat(),
        **{
            name: [_document(row) for row in getattr(result, name)]
            for name in ("totals", "revenue", "losers", "winners")
        },
    }
    json.dump(document, file, indent=2, ensure_ascii=False)
    file.write("\n")


def _table(title: str, keys: Sequence[str], rows: Sequence[Row]) -> Table:
    table = Table(*keys, title=title, title_justify="left")
    for name in ("Charged", "Simulated", "Difference"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            *(str(row[key] if row[key] is not None else "") for key in keys),
            *(exact(row[name]) for name in ("billed_amount", "simulated_amount")),
            _signed(row.difference),
        )
    return table


def _signed(amount: Decimal) -> str:
    return f"+{exact(amount)}" if amount > 0 else exact(amount)


def _document(row: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.asDict().items()}


def exact(amount: Decimal) -> str:
    """All of its digits, without zeros at the end."""
    return f"{amount.normalize():f}"
