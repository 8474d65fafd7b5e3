"""Cycles are named by the month, or the day, in which they start."""

from datetime import date

import pytest

from statements.cycles import Cycles, NoSuchCycle, cycles


@pytest.mark.parametrize(
    ("text", "first", "end"),
    [
        ("2026-10", date(2026, 10, 1), date(2026, 11, 1)),
        ("2026-12", date(2026, 12, 1), date(2027, 1, 1)),
        ("2028-02", date(2028, 2, 1), date(2028, 3, 1)),
        ("2026-10-31", date(2026, 10, 31), date(2026, 11, 1)),
    ],
)
def test_a_month_or_a_day_in_which_cycles_start(text: str, first: date, end: date) -> None:
    assert cycles(text) == Cycles(text, first, end)


@pytest.mark.parametrize(
    "text", ["", "2026", "2026-13", "2026-02-30", "october", "2026-1", "2026-10-1"]
)
def test_anything_else_is_refused_with_what_is_allowed(text: str) -> None:
    with pytest.raises(NoSuchCycle, match="no month, such as 2026-10, and no day"):
        cycles(text)
