"""Amounts as texts with the minor digits of their currency."""

from decimal import Decimal

DEFAULT_DIGITS = 2


def money(amount: Decimal, minor_digits: int | None) -> str:
    """All digits of an amount, and no fewer than its currency has; nothing is rounded."""
    digits = DEFAULT_DIGITS if minor_digits is None else minor_digits
    exponent = amount.normalize().as_tuple().exponent
    assert isinstance(exponent, int)  # no amount is infinite
    return f"{amount:.{max(digits, -exponent)}f}"


def number(value: Decimal) -> str:
    """All digits of a number that is no money, without zeros at the end."""
    return f"{value.normalize():f}"
