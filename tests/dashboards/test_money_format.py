"""Money is written exactly: the currency's usual digits, and all that the amount has."""

from decimal import Decimal

import pytest

from dashboards import figures


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("1234.5", "EUR", "1,234.50"),
        ("1234567.891", "KWD", "1,234,567.891"),
        ("1234567", "JPY", "1,234,567"),
        ("0", "EUR", "0.00"),
        ("-0.000000", "EUR", "0.00"),
        ("-12.3", "GBP", "-12.30"),
        ("12.3000000000", "EUR", "12.30"),
        ("1E+3", "EUR", "1,000.00"),
        ("5", None, "5.00"),
        ("5", "XXX", "5.00"),
    ],
)
def test_an_amount_has_the_usual_digits_of_its_currency(
    amount: str, currency: str | None, written: str
) -> None:
    assert figures.money(Decimal(amount), currency) == written


@pytest.mark.parametrize(
    ("amount", "currency", "written"),
    [
        ("0.005", "EUR", "0.005"),
        ("100.5", "JPY", "100.5"),
        (
            "9999999999999999999999999999.1234567891",
            "EUR",
            "9,999,999,999,999,999,999,999,999,999.1234567891",
        ),
    ],
)
def test_no_digit_that_an_amount_has_is_hidden(amount: str, currency: str, written: str) -> None:
    assert figures.money(Decimal(amount), currency) == written


def test_what_is_unknown_is_a_dash_and_not_zero() -> None:
    assert figures.money(None, "EUR") == figures.NONE


def test_a_float_is_refused() -> None:
    with pytest.raises(figures.NotExact, match=r"got 1\.5 \(float\); allowed is Decimal"):
        figures.money(1.5, "EUR")  # type: ignore[arg-type]


def test_a_sum_keeps_more_digits_than_decimal_does_by_default() -> None:
    amounts = [Decimal("9999999999999999999999999999.1234567891"), Decimal("0.0000000009"), None]
    assert figures.total(amounts) == Decimal("9999999999999999999999999999.1234567900")
    assert figures.total([]) == 0


def test_a_difference_is_exact() -> None:
    large = Decimal("9999999999999999999999999999.1234567891")
    assert figures.difference(large, Decimal("0.0000000001")) == Decimal(
        "9999999999999999999999999999.1234567890"
    )


@pytest.mark.parametrize(
    ("part", "whole", "written"),
    [
        (1, 3, "33.33 %"),
        (Decimal("120.25"), Decimal(100), "120.25 %"),
        (0, 5, "0.00 %"),
        (1, 1_000_000, "< 0.01 %"),
        (-1, 4, "-25.00 %"),
        (5, 0, figures.NONE),
    ],
)
def test_a_share_is_percent_with_two_digits(
    part: Decimal | int, whole: Decimal | int, written: str
) -> None:
    assert figures.share(part, whole) == written
