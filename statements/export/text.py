"""What an export says when it is done."""

from typing import TextIO

from rich.console import Console
from rich.table import Table

from statements.cycles import Cycles
from statements.export.job import Exported


def print_exported(done: Exported, wanted: Cycles, out: TextIO) -> None:
    """How much was written, by currency, and where it is."""
    console = Console(file=out, markup=False, highlight=False, width=110)
    if done.plan is None:
        console.print(
            f"Nothing new: all statements of cycles that start in {wanted.text} were exported "
            "before; --again exports them once more",
            soft_wrap=True,
        )
        return
    table = Table("Currency")
    for name in ("Statements", "Lines", "Net", "Tax", "Total"):
        table.add_column(name, justify="right")
    for one in done.plan.sums():
        amounts = (one.net_amount, one.tax_amount, one.total_amount)
        table.add_row(one.currency, f"{one.statements:,}", f"{one.lines:,}", *amounts)
    console.print(table)
    went_on = ", going on with one that was not finished" if done.went_on else ""
    console.print(
        f"exported {done.plan.statements:,} statements in {len(done.plan.parts):,} parts{went_on}",
        soft_wrap=True,
    )
    console.print(f"to {done.plan.folder}; manifest.json there says what it holds", soft_wrap=True)
