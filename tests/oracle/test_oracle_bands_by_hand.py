"""Rules 6 and 7 of the oracle, worked by hand."""

from datetime import datetime
from fractions import Fraction

import pytest

from tests.oracle.bands import Clock, Stretch
from tests.oracle.examples import (
    NOW,
    only_charge,
    priced,
    rated,
    step,
    tariff,
    usage,
    verdicts,
)
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Row

# rule 6

CALENDAR = {
    "time_bands": [
        {
            "calendar_id": "c",
            "band": "peak",
            "days": "mon-fri",
            "from_time": "08:00",
            "to_time": "20:00",
            "priority": "1",
        },
        {
            "calendar_id": "c",
            "band": "night",
            "days": "*",
            "from_time": "20:00",
            "to_time": "08:00",
            "priority": "2",
        },
        {
            "calendar_id": "c",
            "band": "weekend",
            "days": "sat,sun",
            "from_time": "08:00",
            "to_time": "20:00",
            "priority": "1",
        },
        {
            "calendar_id": "c",
            "band": "feast",
            "days": "holiday",
            "from_time": "00:00",
            "to_time": "24:00",
            "priority": "9",
        },
    ],
    "holidays": [{"calendar_id": "c", "date": "2026-05-01", "name": "May Day"}],
    "plan_calendars": [{"plan_id": "*", "calendar_id": "c"}],
}


def clock() -> Clock:
    return Clock(Reference(CALENDAR), "c", "Europe/Berlin")


@pytest.mark.parametrize(
    ("local", "band"),
    [
        ("2026-03-02T08:00:00+01:00", "peak"),
        ("2026-03-02T07:59:59+01:00", "night"),
        ("2026-03-02T20:00:00+01:00", "night"),
        ("2026-03-07T12:00:00+01:00", "weekend"),
        ("2026-05-01T12:00:00+02:00", "feast"),
        # Thursday's night rows reach into the holiday, but holiday rows rank over them
        ("2026-05-01T00:00:00+02:00", "feast"),
        # the day after: the night that began on the holiday
        ("2026-05-02T00:00:00+02:00", "night"),
    ],
)
def test_an_instant_is_in_the_band_of_its_wall_clock(local: str, band: str) -> None:
    assert clock().band_at(datetime.fromisoformat(local)) == band


def test_a_night_is_an_hour_shorter_when_clocks_go_forward_and_longer_when_back() -> None:
    hours = 3600
    spring = datetime.fromisoformat("2026-03-28T20:00:00+01:00")
    autumn = datetime.fromisoformat("2026-10-24T20:00:00+02:00")
    day = Fraction(24 * hours)
    assert clock().stretches(spring, day)[1] == Stretch(Fraction(11 * hours), "weekend")
    assert clock().stretches(autumn, day)[1] == Stretch(Fraction(13 * hours), "weekend")


def test_a_band_that_clocks_skip_or_repeat_is_skipped_or_repeated() -> None:
    rows = [
        {
            "calendar_id": "c",
            "band": "lost",
            "days": "*",
            "from_time": "02:00",
            "to_time": "03:00",
            "priority": "1",
        },
        {
            "calendar_id": "c",
            "band": "rest",
            "days": "*",
            "from_time": "00:00",
            "to_time": "24:00",
            "priority": "2",
        },
    ]
    berlin = Clock(Reference({"time_bands": rows}), "c", "Europe/Berlin")
    spring = datetime.fromisoformat("2026-03-29T00:00:00+01:00")
    assert berlin.stretches(spring, Fraction(6 * 3600)) == [Stretch(Fraction(0), "rest")]
    autumn = datetime.fromisoformat("2026-10-25T00:00:00+02:00")
    assert berlin.stretches(autumn, Fraction(6 * 3600)) == [
        Stretch(Fraction(0), "rest"),
        Stretch(Fraction(2 * 3600), "lost"),
        Stretch(Fraction(4 * 3600), "rest"),
    ]


def test_an_increment_belongs_to_the_band_that_holds_its_first_instant() -> None:
    # 90 seconds of peak, whose second started minute reaches 30 seconds into the night
    at = "2026-03-02T19:58:30+01:00"
    two_bands = priced(
        [tariff(band="peak"), tariff("t2", band="night")],
        [step(increment="60"), step("t2", price="0.06", increment="30")],
    )
    charge = only_charge(
        rated(
            usage(quantity="200", started_at=at),
            reference={
                **CALENDAR,
                **two_bands,
            },
        )
    )
    # peak: 90 s to the border, 2 minutes = 0.20; night: 80 s left, 3 times 30 s = 0.09
    assert [(s.band, s.units, s.billed_units, s.amount) for s in charge.segments] == [
        ("peak", 120, 120, Fraction(20, 100)),
        ("night", 80, 90, Fraction(9, 100)),
    ]
    assert (charge.tariff_id, charge.charge_amount) == ("t1", Fraction(29, 100))


# rule 7


@pytest.mark.parametrize(
    ("tariffs", "expected"),
    [
        ([tariff("t1"), tariff("t2", direction="out")], "t2"),
        ([tariff("t1", priority="5"), tariff("t2", direction="out")], "t1"),
        ([tariff("t1", priority="5"), tariff("t2", priority="4")], "t2"),
        ([tariff("t2"), tariff("t1")], "t1"),
        ([tariff("t1", plan_id="*", priority="1", direction="out"), tariff("t2")], "t2"),
        ([tariff("t1", valid_to=NOW), tariff("t2", valid_from=NOW)], "t2"),
        ([tariff("t1", direction="in"), tariff("t2", plan_id="*")], "t2"),
    ],
)
def test_a_tariff_is_chosen_by_plan_then_priority_then_precision_then_id(
    tariffs: list[Row], expected: str
) -> None:
    result = rated(usage(), reference=priced(tariffs, [step("t1"), step("t2")]))
    assert only_charge(result).tariff_id == expected


def test_usage_without_a_tariff_waits() -> None:
    result = rated(usage(), reference=priced([tariff(direction="in")], [step()]))
    assert verdicts(result) == [("suspended", "no_tariff")]


def test_one_unpriced_band_suspends_the_event() -> None:
    result = rated(
        usage(quantity="7200", started_at="2026-03-02T19:00:00+01:00"),
        reference={**CALENDAR, **priced([tariff(band="peak")], [step()])},
    )
    assert verdicts(result) == [("suspended", "no_tariff")]
