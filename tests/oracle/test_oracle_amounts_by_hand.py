"""Rules 9 to 11 of the oracle, worked by hand."""

from fractions import Fraction

import pytest

from tests.oracle.amounts import rounded
from tests.oracle.examples import (
    ACCOUNT,
    PRICED,
    only_charge,
    priced,
    rated,
    step,
    tariff,
    usage,
    verdicts,
)

# rule 9


def test_graduated_steps_sum_and_each_flat_fee_is_paid_once_when_entered() -> None:
    steps = [
        step(hi="100", increment="60", flat_fee="0.05"),
        step(step_no="2", lo="100", price="0.06", increment="", flat_fee="0.01"),
    ]
    charge = only_charge(rated(usage(quantity="150"), reference=priced([tariff()], steps)))
    # 100 s: 2 minutes at 0.10 and 0.05; 50 s at 0.06 a minute = 0.05 and 0.01
    assert [(s.step_no, s.units, s.billed_units, s.amount) for s in charge.segments] == [
        (1, 100, 120, Fraction(25, 100)),
        (2, 50, 50, Fraction(6, 100)),
    ]
    assert charge.charge_amount == Fraction(31, 100)


def test_volume_prices_all_units_at_the_step_that_holds_the_total() -> None:
    steps = [step(hi="100"), step(step_no="2", lo="100", price="0.06")]
    reference = priced([tariff(tier_mode="volume")], steps)
    at_border = only_charge(rated(usage(quantity="100"), reference=reference))
    above = only_charge(rated(usage(quantity="150"), reference=reference))
    # 100 s at 0.10 a minute = 0.1666…; 150 s at 0.06 a minute = 0.15
    assert [s.step_no for s in at_border.segments] == [1]
    assert at_border.charge_amount == Fraction(17, 100)
    assert ([s.step_no for s in above.segments], above.charge_amount) == ([2], Fraction(15, 100))


@pytest.mark.parametrize(
    ("beyond", "outcome"),
    [("last_price", Fraction(20, 100)), ("free", Fraction(10, 100)), ("suspend", None)],
)
def test_beyond_the_last_step_the_tariff_says(beyond: str, outcome: Fraction | None) -> None:
    result = rated(
        usage(quantity="120"),
        reference=priced([tariff(beyond_last_step=beyond)], [step(hi="60")]),
    )
    if outcome is None:
        assert verdicts(result) == [("suspended", "beyond_last_step")]
    else:
        assert only_charge(result).charge_amount == outcome


# rules 10 and 11


def test_a_refund_is_the_charge_with_the_other_sign() -> None:
    reference = priced([tariff(connection_fee="0.02", rounding_scale="1")], [step(increment="60")])
    charge = only_charge(rated(usage(quantity="90"), reference=reference))
    refund = only_charge(rated(usage(quantity="-90"), reference=reference))
    # 0.02 and two minutes at 0.10 = 0.22, at one decimal 0.2: the segment is 0.18
    assert (charge.charge_amount, charge.connection_fee) == (Fraction(2, 10), Fraction(2, 100))
    assert [s.amount for s in charge.segments] == [Fraction(18, 100)]
    assert (refund.charge_amount, refund.connection_fee) == (-Fraction(2, 10), -Fraction(2, 100))
    assert [(s.units, s.billed_units, s.amount) for s in refund.segments] == [
        (-90, -120, -Fraction(18, 100))
    ]


def test_a_zero_length_event_costs_nothing_and_has_no_fee() -> None:
    reference = priced([tariff(connection_fee="1", min_charge="2")], [step()])
    charge = only_charge(rated(usage(quantity="0"), reference=reference))
    assert (charge.charge_amount, charge.connection_fee, charge.segments) == (0, 0, ())


@pytest.mark.parametrize(
    ("bounds", "amount"),
    [
        ({"min_charge": "0.50"}, Fraction(1, 2)),
        ({"max_charge": "0.05"}, Fraction(5, 100)),
        ({"min_charge": "0.50", "max_charge": "0.30"}, Fraction(3, 10)),
    ],
)
def test_the_minimum_applies_before_the_maximum(bounds: dict[str, str], amount: Fraction) -> None:
    charge = only_charge(rated(usage(), reference=priced([tariff(**bounds)], [step()])))
    assert charge.charge_amount == amount


@pytest.mark.parametrize(
    ("mode", "expected"),
    [
        ("half_up", "0.13 0.14"),
        ("half_even", "0.12 0.14"),
        ("up", "0.13 0.14"),
        ("down", "0.12 0.13"),
    ],
)
def test_rounding_modes_differ_on_halves(mode: str, expected: str) -> None:
    halves = (Fraction("0.125"), Fraction("0.135"))
    assert [rounded(half, 2, mode) for half in halves] == [Fraction(t) for t in expected.split()]


def test_segments_are_the_differences_of_the_rounded_running_sum() -> None:
    steps = [step(hi="10"), step(step_no="2", lo="10", hi="20"), step(step_no="3", lo="20")]
    charge = only_charge(rated(usage(quantity="30"), reference=priced([tariff()], steps)))
    # 0.01666… a step: running sums 0.02, 0.03, 0.05
    assert [s.amount * 100 for s in charge.segments] == [2, 1, 2]
    assert charge.charge_amount == Fraction(5, 100)


def test_the_scale_is_the_currency_s_when_the_tariff_gives_none() -> None:
    yen = {"plans": [], "currencies": [{"currency": "JPY", "minor_digits": "0"}]}
    charge = only_charge(
        rated(
            usage(quantity="300"),
            accounts=({**ACCOUNT, "currency": "JPY"},),
            reference={**PRICED, **yen},
        )
    )
    assert (charge.currency, charge.charge_amount) == ("JPY", 1)


def test_a_plan_in_another_currency_than_the_account_waits() -> None:
    result = rated(
        usage(),
        accounts=({**ACCOUNT, "currency": "CHF"},),
        reference=PRICED,
    )
    assert verdicts(result) == [("suspended", "currency_mismatch")]


def test_huge_quantities_and_calls_of_more_than_31_days_wait() -> None:
    reference = priced([tariff(), tariff("t2", service="data")], [step(), step("t2")])
    month = 31 * 24 * 3600
    result = rated(
        usage("e1", str(month)),
        usage("e2", str(month + 1)),
        usage("e3", str(10**12), service="data"),
        usage("e4", str(10**12 - 1), service="data"),
        reference=reference,
    )
    assert [reason for _, reason in verdicts(result)] == [
        None,
        "amount_out_of_range",
        "amount_out_of_range",
        None,
    ]
