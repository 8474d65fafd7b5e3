"""Amounts as texts, to the last digit."""

from decimal import Decimal

import pytest

from statements.money import money, number


@pytest.mark.parametrize(
    ("amount", "digits", "text"),
    [
        ("49.580000", 2, "49.58"),
        ("49.500000", 2, "49.50"),
        ("-0.100000", 3, "-0.100"),
        ("1200.000000", 0, "1200"),
        ("0E-6", 2, "0.00"),
        ("100", None, "100.00"),
        ("12345678901234567.890000", 2, "12345678901234567.89"),
    ],
)
def test_an_amount_has_the_minor_digits_of_its_currency(
    amount: str, digits: int | None, text: str
) -> None:
    assert money(Decimal(amount), digits) == text


def test_a_currency_that_has_fewer_digits_than_it_had_loses_none() -> None:
    assert money(Decimal("0.125000"), 2) == "0.125"


def test_other_numbers_have_no_zeros_at_their_end() -> None:
    assert [number(Decimal(text)) for text in ("20.0000000000", "0.550", "1000", "0E-10")] == [
        "20",
        "0.55",
        "1000",
        "0",
    ]
