"""Every table of the dashboards: texts as figures.py wrote them, amounts to the right."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass

import pyarrow as pa
import streamlit as st
from streamlit.elements.lib.column_types import ColumnConfig

LONGEST = 430
# pixels of one character of a cell, and around its text: the grid itself measures too few rows
CHARACTER = 6.2
AROUND = 17
WIDEST = 24


@dataclass(frozen=True)
class Column:
    """A heading, and where its cells stand: numbers to the right."""

    title: str
    is_number: bool = False


def texts(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title) for title in titles)


def numbers(*titles: str) -> tuple[Column, ...]:
    return tuple(Column(title, is_number=True) for title in titles)


Row = Sequence[str]


def show(columns: Sequence[Column], rows: Sequence[Row], *, says: str) -> None:
    """A table to read; `says` is what a screen reader is told. A long one scrolls."""
    st.dataframe(
        frame(columns, rows),
        hide_index=True,
        column_config=config(columns, rows),
        height=LONGEST if len(rows) > 11 else "auto",
        alt=says,
    )


def choose(
    columns: Sequence[Column],
    rows: Sequence[Row],
    *,
    says: str,
    key: str,
    on_choice: Callable[[], None],
) -> None:
    """A table of which one row can be chosen; `chosen` gives its number."""
    st.dataframe(
        frame(columns, rows),
        hide_index=True,
        column_config=config(columns, rows),
        height=560 if len(rows) > 15 else "auto",
        key=key,
        on_select=on_choice,
        selection_mode="single-row",
        alt=says,
    )


def chosen(key: str) -> int | None:
    rows = st.session_state[key]["selection"]["rows"]
    return rows[0] if rows else None


def frame(columns: Sequence[Column], rows: Sequence[Row]) -> pa.Table:
    cells = zip(*rows, strict=True) if rows else [()] * len(columns)
    return pa.table(
        {
            column.title: pa.array(of_column, pa.string())
            for column, of_column in zip(columns, cells, strict=True)
        }
    )


def config(columns: Sequence[Column], rows: Sequence[Row]) -> dict[str, ColumnConfig]:
    """Columns as wide as their longest text; what is left of the page is shared among them."""
    return {
        column.title: st.column_config.TextColumn(
            column.title,
            alignment="right" if column.is_number else "left",
            width=width([column.title, *(row[place] for row in rows)]),
        )
        for place, column in enumerate(columns)
    }


def width(cells: Sequence[str]) -> int:
    return round(AROUND + CHARACTER * min(max(len(cell) for cell in cells), WIDEST))
