"""What counts as a difference between a statement and what was derived again."""

from decimal import Decimal
from typing import Any

from statements.reproduction.comparison import Difference, differences

HEAD: dict[str, Any] = {"statement_id": "a/2026-01-01/2", "version": 2, "line_count": 1}
HEAD |= {"total_amount": Decimal("1.00")}
LINE: dict[str, Any] = {"statement_id": "a/2026-01-01/2", "line_key": "k", "run_id": 7}
LINE |= {"net_amount": Decimal("1.00")}


def test_the_version_and_the_run_are_no_difference() -> None:
    derived = HEAD | {"statement_id": "a/2026-01-01/1", "version": 1}
    assert differences(HEAD, [LINE], derived, [LINE | {"run_id": 1}]) == []


def test_a_digit_is_one() -> None:
    other = LINE | {"net_amount": Decimal("1.01")}
    assert differences(HEAD, [LINE], HEAD, [other]) == [
        Difference("k", "net_amount", Decimal("1.00"), Decimal("1.01"))
    ]


def test_a_line_that_only_one_has_is_one() -> None:
    other = LINE | {"line_key": "other"}
    assert differences(HEAD, [LINE], HEAD, [other]) == [
        Difference("k", "line", "there", None),
        Difference("other", "line", None, "there"),
    ]


def test_a_statement_that_is_not_derived_differs_by_all_that_it_says() -> None:
    found = differences(HEAD, [LINE], None, [])
    assert [(one.line_key, one.column) for one in found] == [
        (None, "line_count"),
        (None, "total_amount"),
        ("k", "line"),
    ]


def test_a_statement_of_which_nothing_was_left_is_derived_as_none() -> None:
    assert differences(HEAD | {"line_count": 0}, [], None, []) == []
