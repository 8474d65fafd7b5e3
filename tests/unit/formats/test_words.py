"""A word means the same in a feed, where Arrow reads it, and in a tariff, where Python does."""

from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from ingestion.formats.checks import Amount, Check, Moment, Pattern, Whole
from ingestion.formats.words import CURRENCY, MOMENT
from ingestion.reference.times import Instant
from ingestion.reference.types import ColumnType, Currency, Integer, Number

NEARLY = st.text("0123456789+-.:TZ Ee", max_size=8)


def in_a_feed(check: Check, text: str) -> object:
    """The value, None when it is refused."""
    values, wrong = check.apply(pa.array([text]))
    return None if wrong is not None and wrong[0].as_py() else values[0].as_py()


def in_a_tariff(kind: ColumnType, text: str) -> object:
    try:
        return kind.read(text)
    except ValueError:
        return None


@settings(deadline=None)
@given(st.from_regex(MOMENT.pattern, fullmatch=True))
@example("2026-03-01T08:00+01")
@example("2026-03-01T08:00:00+18:00")
@example("2026-02-29T08:00:00Z")
@example("2026-03-01T24:00:00Z")
def test_a_moment(text: str) -> None:
    moment = in_a_tariff(Instant(), text)
    if isinstance(moment, datetime) and not 1970 <= moment.year < 2100:
        moment = None
    assert in_a_feed(Moment(), text) == moment


@pytest.mark.parametrize(
    "text",
    [
        "2026-03-01 08:00:00Z",
        "2026-03-01T08:00:00",
        "2026-03-01T08:00:00z",
        "2026-03-01T08:00:00+18:01",
        "2026-03-01T08:00:00+01:60",
        "2026-03-01T08:00:00Z\n",
    ],
)
def test_what_is_no_moment(text: str) -> None:
    assert in_a_feed(Moment(), text) is in_a_tariff(Instant(), text) is None


@settings(deadline=None)
@given(NEARLY | st.decimals(-(10**13), 10**13, places=6).map(str))
@example("00.5")
@example("-0")
@example("999999999999.999999")
def test_an_amount(text: str) -> None:
    kind = Number(least=Decimal(-(10**12)), decimals=6)
    assert in_a_feed(Amount(12), text) == in_a_tariff(kind, text)


@settings(deadline=None)
@given(NEARLY | st.integers(-20, 20).map(str))
@example("9" * 10)
@example("1\n")
def test_a_whole_number(text: str) -> None:
    assert in_a_feed(Whole(-10, 10, "bad"), text) == in_a_tariff(Integer(-10, 10), text)


@settings(deadline=None)
@given(st.text("EURx€\n", max_size=4) | st.just("EUR"))
def test_a_currency(text: str) -> None:
    assert in_a_feed(Pattern(CURRENCY, "bad_currency"), text) == in_a_tariff(Currency(), text)


def test_the_moment_of_an_example() -> None:
    text = MOMENT.allowed.rpartition(" ")[2]
    assert in_a_feed(Moment(), text) == datetime(2026, 3, 1, 7, tzinfo=UTC)
