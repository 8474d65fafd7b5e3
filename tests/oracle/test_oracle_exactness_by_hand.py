"""Rules 9 to 11 of the oracle at the limits of what can be held, worked by hand."""

import pytest

from tests.oracle.exactness import common_denominator
from tests.oracle.examples import only_charge, priced, rated, step, tariff, usage, verdicts
from tests.oracle.rating import Result
from tests.oracle.reference import Reference
from tests.oracle.world_frame import Row

MOST = "999999999999.9999999999"
MOST_UNITS = "999999999999.999999"


def data(quantity: str, *steps: Row, **given: str) -> Result:
    reference = priced([tariff(service="data", **given)], list(steps))
    return rated(usage(quantity=quantity, service="data"), reference=reference)


OUT_OF_RANGE = [("suspended", "amount_out_of_range")]


@pytest.mark.parametrize(
    ("steps", "expected"),
    [
        # 0.10 for 60: a millionth costs 10^9 / (60 * 10^6), that is 50 / 3; then 3 / 14000
        ([step()], 3),
        ([step(), step(step_no="2", price="0.15", unit_size="7000000")], 42000),
        ([step(price="0", unit_size="7")], 1),
        # the largest denominator of one step: 10^10 * 10^12
        ([step(price="0.0000000001", unit_size=MOST)], 9999999999999999999999),
    ],
)
def test_the_common_denominator_is_that_of_all_steps(steps: list[Row], expected: int) -> None:
    (found,) = Reference(priced([tariff()], steps)).tariffs["basic"]
    assert common_denominator(found) == expected


def test_the_largest_quantity_at_the_largest_price_that_fits() -> None:
    largest = step(price="100000", unit_size="1")
    given = {"rounding_scale": "0"}
    charge = only_charge(data(MOST_UNITS, largest, **given, rounding_mode="down"))
    assert charge.charge_amount == 10**17 - 1
    assert verdicts(data(MOST_UNITS, largest, **given)) == OUT_OF_RANGE
    assert verdicts(data(MOST_UNITS, step(price=MOST, unit_size="1"))) == OUT_OF_RANGE


def test_a_charge_has_at_most_18_digits_with_its_decimals() -> None:
    large = step(price="9999", unit_size="1")
    assert verdicts(data(MOST_UNITS, large, rounding_scale="2")) == [("rated", None)]
    assert verdicts(data(MOST_UNITS, large, rounding_scale="3")) == OUT_OF_RANGE


def test_a_maximum_does_not_bring_a_charge_back_into_range() -> None:
    assert verdicts(data(MOST_UNITS, step(price=MOST), max_charge="1")) == OUT_OF_RANGE


def test_a_denominator_of_more_than_18_digits_is_out_of_range() -> None:
    fine = step(price="0.0000000001", unit_size="99999999.9999999999")
    assert only_charge(data("1", fine, connection_fee="999")).charge_amount == 999
    finest = step(price="0.0000000001", unit_size=MOST)
    assert verdicts(data("1", finest, connection_fee="999")) == OUT_OF_RANGE


def test_a_refund_has_the_same_limits() -> None:
    largest = step(price="100000", unit_size="1")
    given = {"rounding_scale": "0"}
    charge = only_charge(data(f"-{MOST_UNITS}", largest, **given, rounding_mode="down"))
    assert charge.charge_amount == 1 - 10**17
    assert verdicts(data(f"-{MOST_UNITS}", largest, **given)) == OUT_OF_RANGE


def test_beyond_the_last_step_comes_before_out_of_range() -> None:
    result = data(MOST_UNITS, step(hi="1", price=MOST, unit_size="0.0000000001"))
    assert verdicts(result) == [("suspended", "beyond_last_step")]


def test_what_is_out_of_range_keeps_its_place_in_the_cycle() -> None:
    steps = [step(hi="100", price=MOST, unit_size="0.0001"), step(step_no="2", lo="100")]
    result = rated(
        usage("e1", "100"),
        usage("e2", "60"),
        reference=priced([tariff(tier_scope="period")], steps),
    )
    assert verdicts(result) == [*OUT_OF_RANGE, ("rated", None)]
    assert result.charges["e2"].segments[0].step_no == 2
