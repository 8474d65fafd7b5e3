"""Times, durations, quantities and names as the pages write them."""

from datetime import UTC, datetime
from decimal import Decimal

import pytest

from dashboards import figures, text

MIDNIGHT = datetime(2026, 10, 31, 23, 0, tzinfo=UTC)


@pytest.mark.parametrize(
    ("time_zone", "written"),
    [
        ("Europe/Vienna", "2026-11-01 00:00 Europe/Vienna"),
        (None, "2026-10-31 23:00 UTC"),
        ("No/Such_Zone", "2026-10-31 23:00 UTC"),
        ("../etc", "2026-10-31 23:00 UTC"),
    ],
)
def test_a_moment_says_its_time_zone(time_zone: str | None, written: str) -> None:
    assert figures.moment(MIDNIGHT, time_zone) == written


def test_a_moment_that_is_not_known_says_so() -> None:
    assert figures.moment(None, "Europe/Vienna") == "an unknown time"


@pytest.mark.parametrize(
    ("milliseconds", "written"),
    [(850, "850 ms"), (12_349, "12.3 s"), (245_000, "4 min 05 s"), (7_380_000, "2 h 03 min")],
)
def test_a_duration_is_written_in_two_units_at_most(milliseconds: int, written: str) -> None:
    assert figures.duration(milliseconds) == written


def test_a_quantity_has_the_digits_that_it_has() -> None:
    assert figures.quantity(Decimal("1048576.000000")) == "1,048,576"
    assert figures.quantity(Decimal("0.500000")) == "0.5"
    services = ("voice", "data", "sms", "content", "iot")
    assert " ".join(map(figures.unit, services)) == "seconds bytes messages units units"


def test_a_name_is_never_markdown() -> None:
    hostile = "*a* [b](http://c)\n# d <b>$e$</b> :material/home:"
    assert text.plain(hostile) == (
        r"\*a\* \[b\]\(http\:\/\/c\) \# d \<b\>\$e\$\<\/b\> \:material\/home\:"
    )


def test_names_compare_without_case_and_accents() -> None:
    assert text.folded("  Zoë  MÜLLER ") == "zoe muller"
