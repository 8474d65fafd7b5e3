"""Months: which ones are read, which ones the reader chooses. The choice lives in the URL."""

from collections.abc import Iterable
from datetime import UTC, date, datetime

import streamlit as st

READ_MONTHS = 24


def month_number(day: date) -> int:
    """October 2026 as 202610, as Cassandra's partitions are keyed."""
    return day.year * 100 + day.month


def month_name(month: int) -> str:
    """202610 as `2026-10`."""
    return f"{month // 100:04}-{month % 100:02}"


def later(month: int, by: int) -> int:
    """The month that many months later; earlier if negative."""
    months = month // 100 * 12 + month % 100 - 1 + by
    return months // 12 * 100 + months % 12 + 1


def read_window(known_at: datetime | None) -> tuple[int, int]:
    """First and last month to read: two years, to the month after the latest of now and `known_at`.

    A month more, because somewhere it is already tomorrow.
    """
    now = datetime.now(UTC)
    last = later(month_number(max(now, known_at or now)), 1)
    return later(last, 1 - READ_MONTHS), last


def choose_months(days: Iterable[date], shown: int = 3) -> tuple[int, int]:
    """Two choices among the months of these days, by default the last `shown`.

    `from` and `to` in the URL; what is no such month there is ignored.
    """
    names = sorted({month_name(month_number(day)) for day in days})
    first, last, _ = st.columns([1, 1, 2])
    first_name = first.selectbox(
        "From month", names, index=max(0, len(names) - shown), key="from", bind="query-params"
    )
    # no choice can end before it begins
    to_names = [name for name in names if name >= first_name]
    last_name = last.selectbox(
        "To month", to_names, index=len(to_names) - 1, key="to", bind="query-params"
    )
    return month_of(first_name), month_of(last_name)


def month_of(name: str) -> int:
    return int(name.replace("-", ""))


def is_within(day: date, months: tuple[int, int]) -> bool:
    return months[0] <= month_number(day) <= months[1]


def period_name(months: tuple[int, int]) -> str:
    """`2026-10`, or `2026-08 to 2026-10`."""
    first, last = (month_name(month) for month in months)
    return first if first == last else f"{first} to {last}"
