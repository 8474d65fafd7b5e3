"""A list of statements, or one of them, for people and for programs."""

import csv
import json
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import Any, TextIO

from pyspark.sql import Row
from rich.console import Console
from rich.table import Table

from ingestion.query import plain
from statements.found import LISTED, Statement, taxes
from statements.money import number

SHOWN_ROWS = 1000
NATURAL_WIDTH = 10_000
Said = dict[str, object]


def list_table(statements: Iterable[Said], out: TextIO) -> None:
    """The first of them; as wide as they are where no terminal shows them."""
    found = iter(statements)
    table = Table(*LISTED)
    for said in islice(found, SHOWN_ROWS):
        table.add_row(*_texts(said))
    _console(out).print(table)
    if next(found, None):
        out.write(f"(the first {SHOWN_ROWS:,} statements; --format csv gives all)\n")


def list_csv(statements: Iterable[Said], out: TextIO) -> None:
    writer = csv.writer(out, lineterminator="\n")
    writer.writerow(LISTED)
    writer.writerows(_texts(said) for said in statements)


def list_json(statements: Iterable[Said], out: TextIO) -> None:
    """A JSON array of objects, one a line; amounts as strings, so that no digit is lost."""
    out.write("[")
    for position, said in enumerate(statements):
        out.write(",\n" if position else "\n")
        json.dump(plain(said), out, ensure_ascii=False)
    out.write("\n]\n")


def show_text(found: Statement, out: TextIO) -> None:
    """Lines, tax by rate, totals, and what changed since the version before."""
    head, console = found.head, _console(out)
    console.print(f"Statement {head.statement_id}", soft_wrap=True)
    for said in _about(head):
        console.print(f"  {said}", soft_wrap=True)
    console.print(_lines(found) if found.lines else "It has no lines: nothing is left of it.")
    console.print(_taxes(found))
    if found.deltas:
        console.print(_deltas(found))


def show_json(found: Statement, out: TextIO) -> None:
    """One JSON object with lines, taxes and deltas; amounts as strings."""
    document = {
        **_document(found, found.head),
        "lines": [_document(found, line) for line in found.lines],
        "taxes": [
            {
                "tax_rate": None if tax.tax_rate is None else number(tax.tax_rate),
                "tax_basis": tax.tax_basis,
                "net_amount": found.money(tax.net_amount),
                "tax_amount": found.money(tax.tax_amount),
            }
            for tax in taxes(found.lines)
        ],
        "deltas": [_document(found, delta) for delta in found.deltas],
    }
    json.dump(document, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _about(head: Row) -> Iterator[str]:
    yield f"account {head.account_id}, cycle from {head.cycle_start} to before {head.cycle_end}"
    before = f", in place of {head.supersedes}" if head.supersedes else ""
    yield f"version {head.version}{before}"
    yield f"closed by run {head.run_id}, from what was known at {plain(head.closed_at)}"


def _lines(found: Statement) -> Table:
    table = Table(title="Lines", title_justify="left")
    for name in ("No.", "Type", "What", "Subscription", "Plan", "Quantity", "Tax", "Net", "Tax"):
        table.add_column(name, justify="right" if name in ("No.", "Quantity", "Net") else "left")
    table.columns[-1].justify = "right"
    for line in found.lines:
        table.add_row(
            str(line.line_no),
            line.line_type,
            line.description,
            line.subscription_id or "",
            line.plan_id or "",
            "" if line.quantity is None else number(line.quantity),
            "none" if line.tax_rate is None else f"{number(line.tax_rate)} % {line.tax_basis}",
            found.money(line.net_amount),
            found.money(line.tax_amount),
        )
    return table


def _taxes(found: Statement) -> Table:
    head = found.head
    table = Table(title=f"Tax by rate, {head.currency}", title_justify="left", show_footer=True)
    total = found.money(head.total_amount)
    table.add_column("Rate", footer="all")
    table.add_column("Net", justify="right", footer=found.money(head.net_amount))
    table.add_column("Tax", justify="right", footer=found.money(head.tax_amount))
    table.add_column("Total", justify="right", footer=total)
    for tax in taxes(found.lines):
        table.add_row(
            "not taxed" if tax.tax_rate is None else f"{number(tax.tax_rate)} % {tax.tax_basis}",
            found.money(tax.net_amount),
            found.money(tax.tax_amount),
            found.money(tax.net_amount + tax.tax_amount),
        )
    return table


def _deltas(found: Statement) -> Table:
    title = f"Changed since version {found.deltas[0].from_version}, with tax"
    table = Table("Line", "Cause", title=title, title_justify="left")
    for name in ("Before", "Now", "Difference"):
        table.add_column(name, justify="right")
    for delta in found.deltas:
        amounts = (delta.old_amount, delta.new_amount, delta.delta_amount)
        table.add_row(delta.line_key, delta.cause, *(found.money(amount) for amount in amounts))
    return table


def _document(found: Statement, row: Row) -> dict[str, Any]:
    """A row as JSON has it; money with the digits of its currency, but for charges (exact)."""
    return {
        name: found.money(value)
        if name.endswith("_amount") and name != "charge_amount"
        else plain(value)
        for name, value in row.asDict().items()
        if name != "minor_digits"
    }


def _texts(said: Said) -> list[str]:
    return ["" if said[name] is None else str(plain(said[name])) for name in LISTED]


def _console(out: TextIO) -> Console:
    width = None if out.isatty() else NATURAL_WIDTH
    return Console(file=out, markup=False, highlight=False, width=width)
