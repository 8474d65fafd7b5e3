"""Rule 9 over the billing cycle, and rule 12, worked by hand."""

from datetime import date, timedelta
from fractions import Fraction

import pytest

from tests.oracle.cycles import cycle_start
from tests.oracle.examples import START, priced, rated, step, tariff, usage, verdicts
from tests.oracle.rating import Result
from tests.oracle.world_frame import Files, Row

CENT = Fraction(1, 100)


def later(event_id: str, minutes: int, quantity: str) -> Row:
    return usage(event_id, quantity, started_at=(START + timedelta(minutes=minutes)).isoformat())


def by_cycle(*steps: Row, **given: str) -> Files:
    return priced([tariff(tier_scope="period", **given)], list(steps))


def by_volume(*steps: Row, **given: str) -> Files:
    return by_cycle(*steps, tier_mode="volume", **given)


def amounts(result: Result) -> dict[str, Fraction]:
    return {name: charge.charge_amount for name, charge in sorted(result.charges.items())}


# 2.00 a unit up to 100, 1.00 beyond
TWO = step(hi="100", price="2", unit_size="1")
ONE = step(step_no="2", lo="100", price="1", unit_size="1")


def test_graduated_steps_by_cycle_go_on_where_the_event_before_stopped() -> None:
    steps = [step(hi="100"), step(step_no="2", lo="100", price="0.06", flat_fee="1")]
    result = rated(
        later("e3", 20, "60"),
        later("e2", 10, "60"),
        later("e1", 0, "60"),
        reference=by_cycle(*steps),
    )
    # 60 at 0.10 a minute; 40 at 0.10 and 20 at 0.06, entered for 1; 60 at 0.06, entered before
    assert amounts(result) == {"e1": 10 * CENT, "e2": 109 * CENT, "e3": 6 * CENT}


def test_volume_by_cycle_prices_all_units_at_the_step_of_the_cycle_s_total() -> None:
    first, second, third = later("e1", 0, "60"), later("e2", 10, "40"), later("e3", 20, "10")
    hundred = rated(first, second, reference=by_volume(TWO, ONE))
    assert amounts(hundred) == {"e1": 120, "e2": 80}
    more = rated(third, first, second, reference=by_volume(TWO, ONE))
    assert amounts(more) == {"e1": 60, "e2": 40, "e3": 10}
    assert [charge.segments[0].step_no for charge in more.charges.values()] == [2, 2, 2]


def test_a_cancelled_event_no_longer_counts_for_the_volume_of_its_cycle() -> None:
    result = rated(
        later("e1", 0, "60"),
        later("e2", 10, "50"),
        usage("c1", kind="cancel", target_event_id="e2"),
        reference=by_volume(TWO, ONE),
    )
    assert amounts(result) == {"e1": 120}


def test_another_cycle_has_another_volume() -> None:
    next_cycle = usage("e2", "60", started_at="2026-03-15T00:00:00+01:00")
    result = rated(later("e1", 0, "60"), next_cycle, reference=by_volume(TWO, ONE))
    assert amounts(result) == {"e1": 120, "e2": 120}


def test_increments_are_each_event_s_own_also_with_volume_by_cycle() -> None:
    steps = [{**TWO, "increment": "7"}, {**ONE, "increment": "60"}]
    result = rated(later("e1", 0, "50"), later("e2", 10, "61"), reference=by_volume(*steps))
    # one minute and two at 1 a second
    assert amounts(result) == {"e1": 60, "e2": 120}


def test_the_flat_fee_of_the_cycle_s_step_is_paid_by_its_first_event_with_units() -> None:
    steps = [{**TWO, "flat_fee": "5"}, {**ONE, "flat_fee": "7"}]
    free_units = [{"bundle_id": "b1", "plan_id": "basic", "service": "voice", "units": "30"}]
    events = [later("e1", 0, "30"), later("e2", 10, "60"), later("e3", 20, "60")]
    reference = {**by_volume(*steps), "bundles": free_units}
    # the bundle leaves nothing of e1
    assert amounts(rated(*events[:2], reference=reference)) == {"e1": 0, "e2": 125}
    assert amounts(rated(*events, reference=reference)) == {"e1": 0, "e2": 67, "e3": 60}


def test_volume_beyond_the_last_step_takes_all_events_of_the_cycle_along() -> None:
    events = [later("e1", 0, "60"), later("e2", 10, "40"), later("e3", 20, "10")]
    assert amounts(rated(*events[:2], reference=by_volume(TWO))) == {"e1": 120, "e2": 80}
    beyond = ("suspended", "beyond_last_step")
    assert verdicts(rated(*events, reference=by_volume(TWO))) == 3 * [beyond]
    free = rated(*events, reference=by_volume(TWO, beyond_last_step="free"))
    assert amounts(free) == {"e1": 0, "e2": 0, "e3": 0}
    last = rated(*events, reference=by_volume(TWO, beyond_last_step="last_price"))
    assert amounts(last) == {"e1": 120, "e2": 80, "e3": 20}


def test_a_refund_is_priced_where_the_cycle_stands_and_moves_nothing() -> None:
    steps = [step(hi="100"), step(step_no="2", lo="100", price="0.06")]
    result = rated(
        later("e1", 0, "60"),
        later("e2", 10, "-60"),
        later("e3", 20, "60"),
        reference=by_cycle(*steps),
    )
    # 40 at 0.10 a minute and 20 at 0.06, there and back
    assert amounts(result) == {"e1": 10 * CENT, "e2": -9 * CENT, "e3": 9 * CENT}


def test_with_volume_a_refund_has_the_price_of_the_cycle_and_moves_nothing() -> None:
    steps = [{**TWO, "flat_fee": "5"}, {**ONE, "flat_fee": "7"}]
    before, refund = later("e0", 0, "60"), later("e1", 10, "-20")
    after = later("e2", 20, "60")
    assert amounts(rated(before, refund, reference=by_volume(*steps))) == {"e0": 125, "e1": -40}
    moved = rated(before, refund, after, reference=by_volume(*steps))
    assert amounts(moved) == {"e0": 67, "e1": -20, "e2": 60}


def test_a_refund_before_which_nothing_is_counted_gives_the_flat_fee_back() -> None:
    steps = [{**TWO, "flat_fee": "5"}, {**ONE, "flat_fee": "7"}]
    refund, after = later("e1", 10, "-120"), later("e2", 20, "60")
    # alone it goes by its own units, and else by those of the cycle
    assert amounts(rated(refund, reference=by_volume(*steps))) == {"e1": -127}
    both = rated(refund, after, reference=by_volume(*steps))
    assert amounts(both) == {"e1": -245, "e2": 125}


def test_what_lies_beyond_the_last_step_keeps_its_place() -> None:
    result = rated(
        later("e1", 0, "60"),
        later("e2", 10, "60"),
        later("e3", 20, "1"),
        reference=by_cycle(step(hi="100")),
    )
    assert verdicts(result) == [("rated", None)] + 2 * [("suspended", "beyond_last_step")]


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (date(2026, 3, 15), date(2026, 3, 15)),
        (date(2026, 3, 14), date(2026, 2, 15)),
        (date(2026, 1, 3), date(2025, 12, 15)),
    ],
)
def test_a_cycle_starts_on_the_bill_day(day: date, expected: date) -> None:
    assert cycle_start(day, 15) == expected
