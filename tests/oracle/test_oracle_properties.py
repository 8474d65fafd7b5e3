"""What must hold for the oracle on any world, before the models are held against it."""

from collections import defaultdict
from datetime import UTC, datetime
from fractions import Fraction
from math import ceil
from random import Random

from hypothesis import given, settings
from hypothesis import strategies as st

from tests.oracle.amounts import bounded, rounded
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference
from tests.oracle.reference_rows import Step, Tariff
from tests.oracle.steps import segment_end, segment_end_by_walking
from tests.oracle.world_frame import WAVES
from tests.oracle.worlds import (
    World,
    in_another_order,
    make_world,
    reference_of,
    worlds,
)

KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)


def delivered(world: World) -> list[Delivered]:
    """All of a world's rows, each wave a file."""
    return [
        Delivered(feed, row, Knowledge(KNOWN_AT, f"{wave}-{feed}", number))
        for wave, feeds in enumerate(world.feeds)
        for feed, rows in feeds.items()
        for number, row in enumerate(rows, start=1)
    ]


def final(world: World) -> Result:
    return rate(delivered(world), Reference(reference_of([world], WAVES - 1)))


@st.composite
def tariffs(draw: st.DrawFn) -> Tariff:
    sizes = draw(st.lists(st.integers(1, 200), min_size=1, max_size=4))
    steps, lo = [], Fraction(0)
    for number, size in enumerate(sizes, start=1):
        increment = draw(st.sampled_from([None, "0.5", "1", "6", "7", "60", "90"]))
        is_last = number == len(sizes)
        hi = None if is_last and draw(st.booleans()) else lo + size
        steps.append(
            Step(
                number,
                lo,
                hi,
                Fraction(1),
                Fraction(1),
                None if increment is None else Fraction(increment),
                Fraction(0),
            )
        )
        lo += size
    return Tariff(
        "t",
        "p",
        "voice",
        "*",
        "*",
        "*",
        "*",
        Fraction(0),
        None,
        None,
        "event",
        draw(st.sampled_from(["graduated", "volume"])),
        draw(st.sampled_from(["last_price", "free", "suspend"])),
        2,
        "half_up",
        None,
        KNOWN_AT,
        KNOWN_AT,
        tuple(steps),
    )


@given(
    tariff=tariffs(),
    offsets=st.lists(
        st.fractions(0, 700, max_denominator=4), min_size=3, max_size=3, unique=True
    ).map(sorted),
)
def test_the_end_of_a_segment_is_where_walking_over_its_increments_ends(
    tariff: Tariff, offsets: list[Fraction]
) -> None:
    start, border, total = offsets
    assert segment_end(tariff, start, border, total) == segment_end_by_walking(
        tariff, start, border, total
    )


@given(value=st.fractions(0, 100, max_denominator=2000), scale=st.integers(0, 6))
def test_rounding_moves_a_value_by_less_than_one_digit(value: Fraction, scale: int) -> None:
    digit = Fraction(1, 10**scale)
    assert rounded(value, scale, "up") == ceil(value / digit) * digit
    assert 0 <= value - rounded(value, scale, "down") < digit
    for mode in ("half_up", "half_even"):
        assert abs(rounded(value, scale, mode) - value) <= digit / 2


@settings(deadline=None, max_examples=40)
@given(world=worlds())
def test_every_record_has_one_verdict_and_fee_and_segments_make_the_amount(world: World) -> None:
    result = final(world)
    rows = [row for feeds in world.feeds for row in feeds["usage"]]
    assert len(result.verdicts) == len(rows)
    rated = [verdict for verdict in result.verdicts.values() if verdict.disposition == "rated"]
    assert len(rated) == len(result.charges)
    versions: dict[str, list[Tariff]] = defaultdict(list)
    for plan in Reference(reference_of([world], WAVES - 1)).tariffs.values():
        for tariff in plan:
            versions[tariff.tariff_id].append(tariff)
    for charge in result.charges.values():
        if charge.quantity and all(segment.bundle_id for segment in charge.segments):
            continue  # a rounded fee alone: all units are covered, or free beyond the last step
        covered = sum(abs(s.units) for s in charge.segments if s.bundle_id)
        together = abs(charge.connection_fee + sum(s.amount for s in charge.segments))
        assert abs(charge.charge_amount) in {
            bounded(together, tariff, covered < abs(charge.quantity)) if charge.quantity else 0
            for tariff in versions[charge.tariff_id]
        }
        units = sum((s.units for s in charge.segments), Fraction(0))
        assert abs(units) <= abs(charge.quantity)


@settings(deadline=None, max_examples=40)
@given(seed=st.integers(0), number=st.integers(0, 4999), order=st.randoms(use_true_random=False))
def test_the_order_of_arrival_changes_no_charge(seed: int, number: int, order: Random) -> None:
    world = make_world(seed, 2 * number)
    assert world.is_order_free
    assert final(in_another_order(world, order)).charges == final(world).charges
