"""What a recalculation changed, for people and for programs."""

import json
from itertools import islice
from typing import Any, TextIO

from pyspark.sql import Row
from rich.console import Console
from rich.table import Table

from ingestion.query import plain
from statements.money import money
from statements.recalculation.job import Recalculation

SHOWN_ROWS = 100
AMOUNTS = ("old_amount", "new_amount", "delta_amount")
NATURAL_WIDTH = 10_000


def recalculation_text(found: Recalculation, out: TextIO) -> None:
    """The lines that changed, the first of them, and what they come to by currency."""
    width = None if out.isatty() else NATURAL_WIDTH
    console = Console(file=out, markup=False, highlight=False, width=width)
    shown = list(islice(found.changes, SHOWN_ROWS))
    if shown:
        console.print(_changes(shown))
    if next(found.changes, None):
        console.print(f"(the first {SHOWN_ROWS} lines; --format json gives all)")
    tried = "would be" if found.is_dry_run else "were"
    console.print(f"{found.cycles:,} closed cycles {tried} computed anew: ", end="")
    if not found.totals:
        console.print("nothing differs, so no statement gets a new version")
    for no, row in enumerate(found.totals):
        amount = money(row.delta_amount, row.minor_digits)
        console.print(
            f"{', ' if no else ''}{'+' if row.delta_amount > 0 else ''}{amount} {row.currency} in "
            f"{row.line_count:,} lines of {row.statements:,} statements",
            end="" if no < len(found.totals) - 1 else "\n",
        )
    if found.is_dry_run:
        console.print("Nothing was changed: this was a dry run.")
    else:
        console.print(f"Run {found.run_id} did it; old versions stay as they are.")


def recalculation_json(found: Recalculation, out: TextIO) -> None:
    """One JSON object, a change a line; amounts as strings."""
    head = {
        "run_id": None if found.is_dry_run else found.run_id,
        "is_dry_run": found.is_dry_run,
        "cycles": found.cycles,
        "totals": [_document(row, "delta_amount") for row in found.totals],
    }
    out.write(json.dumps(head, ensure_ascii=False)[:-1] + ', "changes": [')
    for no, row in enumerate(found.changes):
        out.write(",\n" if no else "\n")
        json.dump(_document(row, *AMOUNTS), out, ensure_ascii=False)
    out.write("\n]}\n")


def _changes(rows: list[Row]) -> Table:
    table = Table("Account", "Cycle", "Version", "Line", "Cause", "Currency")
    for name in ("Before", "Now", "Difference"):
        table.add_column(name, justify="right")
    for row in rows:
        table.add_row(
            row.account_id,
            str(row.cycle_start),
            f"{row.from_version} to {row.to_version}",
            row.line_key,
            row.cause,
            row.currency,
            *(money(row[name], row.minor_digits) for name in AMOUNTS),
        )
    return table


def _document(row: Row, *amounts: str) -> dict[str, Any]:
    return {
        name: money(value, row.minor_digits) if name in amounts else plain(value)
        for name, value in row.asDict().items()
        if name != "minor_digits"
    }
