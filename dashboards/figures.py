"""How money, quantities, shares and times are written: in one place, from exact values.

No digit that an amount has is ever hidden, so what a page shows adds up and equals SQL.
"""

from collections.abc import Iterable
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Context, Decimal, Inexact, localcontext
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

NONE = "\N{EN DASH}"
# how many digits ISO 4217 gives a currency; all others have 2
NO_DIGITS = "BIF CLP DJF GNF ISK JPY KMF KRW PYG RWF UGX UYI VND VUV XAF XOF XPF"
THREE_DIGITS = "BHD IQD JOD KWD LYD OMR TND"
FOUR_DIGITS = "CLF UYW"
USUAL_DIGITS = {
    currency: digits
    for digits, currencies in ((0, NO_DIGITS), (3, THREE_DIGITS), (4, FOUR_DIGITS))
    for currency in currencies.split()
}
# of the contract's services; content and any other word is counted in units
UNITS = {"voice": "seconds", "data": "bytes", "sms": "messages"}
# wide enough for the sum of any number of decimal(38, 10); a digit that still falls off is an error
EXACT = Context(prec=200, traps=[Inexact])


class NotExact(TypeError):
    """A figure came as something else than a decimal."""


def money(amount: Decimal | None, currency: str | None) -> str:
    """`1234.5` EUR as `1,234.50`: the currency's usual digits, and more if the amount has more."""
    return NONE if amount is None else grouped(amount, usual_digits(currency))


def usual_digits(currency: str | None) -> int:
    """Digits after the dot that amounts of the currency are written with (ISO 4217)."""
    return USUAL_DIGITS.get(currency or "", 2)


def money_label(label: str, currency: str | None) -> str:
    """A heading that states the currency of the amounts below it."""
    return f"{label} ({currency})" if currency else label


def quantity(amount: Decimal | None) -> str:
    """Units of a service, with the digits they have."""
    return NONE if amount is None else grouped(amount, 0)


def unit(service: str) -> str:
    """What the quantity of a service counts."""
    return UNITS.get(service, "units")


def grouped(amount: Decimal, digits: int) -> str:
    if not isinstance(amount, Decimal):
        raise NotExact(f"got {amount!r} ({type(amount).__name__}); allowed is Decimal")
    decimals = f"{amount:f}".partition(".")[2].rstrip("0")
    # zero has no sign here
    return f"{amount if amount else Decimal(0):,.{max(digits, len(decimals))}f}"


def total(amounts: Iterable[Decimal | None]) -> Decimal:
    """The exact sum; what is unknown adds nothing."""
    with localcontext(EXACT):
        return sum((amount for amount in amounts if amount is not None), Decimal(0))


def difference(amount: Decimal, less: Decimal) -> Decimal:
    with localcontext(EXACT):
        return amount - less


def share(part: Decimal | int, whole: Decimal | int) -> str:
    """Percent with two digits; one that is not zero is never written as 0.00."""
    if not whole:
        return NONE
    exact = Decimal(part) * 100 / Decimal(whole)
    percent = exact.quantize(Decimal("0.01"), ROUND_HALF_UP)
    if exact and not percent:
        return "< 0.01 %" if exact > 0 else "> -0.01 %"
    return f"{percent:,f} %"


def count(number: int | None) -> str:
    return NONE if number is None else f"{number:,}"


def counted(number: int, thing: str) -> str:
    """`1 record`, `2 records`."""
    return f"{number:,} {thing}{'' if number == 1 else 's'}"


def duration(milliseconds: int) -> str:
    """`850 ms`, `12.3 s`, `4 min 05 s`, `2 h 03 min`."""
    if milliseconds < 1000:
        return f"{milliseconds} ms"
    if milliseconds < 60_000:
        return f"{milliseconds // 1000}.{milliseconds % 1000 // 100} s"
    minutes, seconds = divmod(milliseconds // 1000, 60)
    if minutes < 60:
        return f"{minutes} min {seconds:02} s"
    return f"{minutes // 60} h {minutes % 60:02} min"


def moment(at: datetime | None, time_zone: str | None = None) -> str:
    """`2026-11-01 01:00 Europe/Vienna`: wall clock to the minute, with its zone; UTC if none."""
    if at is None:
        return "an unknown time"
    try:
        zone = ZoneInfo(time_zone) if time_zone else None
    except (ZoneInfoNotFoundError, ValueError, OSError):
        zone = None
    local = at.astimezone(zone or UTC)
    return f"{local:%Y-%m-%d %H:%M} {time_zone if zone else 'UTC'}"


def words(code: str) -> str:
    """A code of the tables as a reader says it: `unknown_subscriber` as `unknown subscriber`."""
    return code.replace("_", " ") or NONE
