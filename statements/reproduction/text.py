"""What a reproduction says, for people and for programs."""

import json
from dataclasses import asdict
from decimal import Decimal
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

from ingestion.query import plain
from statements.reproduction.comparison import Difference
from statements.reproduction.job import Reproduction


def reproduction_text(found: Reproduction, out: TextIO) -> None:
    """Whether it is the same, what differs, and what it was made of."""
    console = Console(file=out, markup=False, highlight=False, width=None if out.isatty() else 160)
    head = found.head
    if found.code_version != found.models:
        console.print(
            f"The statement was made by models {found.code_version[:12]}, and these are "
            f"{found.models[:12]}: a difference may be theirs.",
            soft_wrap=True,
        )
    if found.differences:
        console.print(_differences(found))
        console.print(f"{head['statement_id']} does not come out the same", soft_wrap=True)
    else:
        console.print(
            f"{head['statement_id']} comes out the same to the last digit: {found.lines:,} lines, "
            f"models {found.models[:12]}",
            soft_wrap=True,
        )
    read = found.rows_read
    console.print(
        f"from what was known at {_value(head['closed_at'])}: {read.accounts:,} account records, "
        f"{read.actions:,} actions, {read.usage:,} usage records, {read.reference:,} rows of "
        f"tariff files; {found.seconds} seconds",
        soft_wrap=True,
    )


def reproduction_json(found: Reproduction, out: TextIO) -> None:
    """One JSON object; amounts as strings."""
    document = {
        "statement_id": found.head["statement_id"],
        "is_equal": not found.differences,
        "differences": [
            {name: _value(value) for name, value in asdict(one).items()}
            for one in found.differences
        ],
        "line_count": found.lines,
        "closed_at": _value(found.head["closed_at"]),
        "code_version": found.code_version,
        "models": found.models,
        "rows_read": asdict(found.rows_read),
        "seconds": found.seconds,
    }
    json.dump(document, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _differences(found: Reproduction) -> Table:
    table = Table("Line", "Column", title="Differences", title_justify="left")
    table.add_column("Statement", justify="right")
    table.add_column("Derived again", justify="right")
    for one in found.differences:
        table.add_row(_line(one), one.column, *(_text(value) for value in (one.kept, one.derived)))
    return table


def _line(one: Difference) -> str:
    return "(statement)" if one.line_key is None else one.line_key


def _text(value: Any) -> str:
    return "" if value is None else str(_value(value))


def _value(value: Any) -> Any:
    if hasattr(value, "tzinfo"):
        return plain(value.replace(tzinfo=None))
    return f"{value:f}" if isinstance(value, Decimal) else plain(value)
