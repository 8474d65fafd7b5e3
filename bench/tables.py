"""Tables on a terminal, with numbers to the right."""

from collections.abc import Callable, Sequence

from rich.console import Console
from rich.table import Table

Print = Callable[..., None]


def printer() -> Print:
    """What prints tables and sentences as they are, on a wide terminal's lines."""
    return Console(width=108, markup=False, highlight=False).print


def table(title: str, columns: Sequence[str], rows: Sequence[Sequence[str]]) -> Table:
    """A table whose first column is text and whose others are numbers, already formatted."""
    made = Table(title=title, title_justify="left", title_style="bold")
    for place, column in enumerate(columns):
        made.add_column(column, justify="right" if place else "left", no_wrap=True)
    for row in rows:
        made.add_row(*row)
    return made


def number(value: float) -> str:
    return f"{value:,.0f}" if value >= 1000 else f"{value:.2f}"
