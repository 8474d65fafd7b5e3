"""Rules 15 and 16, rounding, tax and other currencies, worked by hand."""

from fractions import Fraction

import pytest

from tests.oracle.billing.statement import allocated, half_up
from tests.oracle.billing_examples import (
    MARCH,
    MONTHLY,
    action,
    billed,
    plan,
    rating_of,
    told,
)
from tests.oracle.examples import ACTIVATE, priced, step, tariff, usage, verdicts
from tests.oracle.world_frame import Files, Row, Rows


def tax(rate: str, code: str = "*", profile: str = "*", basis: str = "net", **given: str) -> Row:
    names = {"tax_profile": profile, "tax_code": code}
    return {**names, "rate_percent": rate, "basis": basis, **given}


def subscriptions(*fees: tuple[str, str]) -> tuple[Rows, Rows]:
    """The actions and plans of one subscription for each (fee, tax code)."""
    actions = [
        {
            **ACTIVATE,
            "action_id": f"n{number}",
            "subscription_id": f"s{number}",
            "subscriber": f"49170000000{number}",
            "plan_id": f"p{number}",
        }
        for number in range(len(fees))
    ]
    plans = [
        plan(fee, "false", plan_id=f"p{number}", tax_code=code)
        for number, (fee, code) in enumerate(fees)
    ]
    return actions, plans


def fees(*given: tuple[str, str], taxes: Rows, account: Row = MONTHLY) -> list[str]:
    """The lines of fees as `net` or `net + tax`."""
    actions, plans = subscriptions(*given)
    reference: Files = {"plans": plans, "taxes": taxes}
    found = told(billed(actions=actions, accounts=(account,), reference=reference)[MARCH])
    return [line.split(maxsplit=2)[2] for line in found]


def test_halves_are_rounded_away_from_zero() -> None:
    assert [half_up(Fraction(half, 2)) for half in (-3, -1, 1, 3, 5)] == [-2, -1, 1, 2, 3]


@pytest.mark.parametrize(
    ("shares", "units"),
    [
        # sum 1.5, so 2: the remainders are alike, the earlier two get them
        (["0.5", "0.5", "0.5"], [1, 1, 0]),
        # sum 3.3, so 3: 2 below, the one left to the largest remainder
        (["1.3", "0.4", "1.6"], [1, 0, 2]),
        # sum -2.5, so -3: below are -2, -2; one is given back to the larger remainder
        (["-1.1", "-1.4"], [-1, -2]),
        # sum 0: below are 0 and -1, the one left to the larger remainder, 0.7
        (["0.3", "-0.3"], [0, 0]),
        ([], []),
    ],
)
def test_a_rounded_sum_is_shared_out_by_largest_remainder(
    shares: list[str], units: list[int]
) -> None:
    assert allocated([Fraction(share) for share in shares]) == units


def test_exact_amounts_are_summed_before_they_are_rounded() -> None:
    # 3 * 0.333 = 0.999, so 1.00: each 0.33 and the one cent left to the first
    assert fees(("0.333", ""), ("0.333", ""), ("0.333", ""), taxes=[]) == ["0.34", "0.33", "0.33"]


def test_lines_of_different_rates_are_rounded_apart() -> None:
    # 0.336 and 0.336 are 0.672, so 0.67 with 19 %; 0.336 alone is 0.34
    found = fees(
        ("0.336", "a"), ("0.336", "a"), ("0.336", "b"), taxes=[tax("19", "a"), tax("0", "b")]
    )
    # tax 0.67 * 19 % = 0.1273, so 0.13: shares 0.0646 and 0.0627
    assert found == ["0.34 + 0.07", "0.33 + 0.06", "0.34 + 0.00"]


def test_net_tax_comes_on_top_of_the_rounded_sum() -> None:
    # 5 + 5.03 = 10.03 * 19 % = 1.9057, so 1.91: shares 0.95 and 0.9557, the cent to the second
    assert fees(("5", ""), ("5.03", ""), taxes=[tax("19")]) == ["5.00 + 0.95", "5.03 + 0.96"]


def test_gross_tax_is_contained_in_the_rounded_sum() -> None:
    # 11.90 contains 1.90; 2.38 contains 0.38: in all 14.28 * 19 / 119 = 2.28
    assert fees(("11.90", ""), ("2.38", ""), taxes=[tax("19", basis="gross")]) == [
        "10.00 + 1.90",
        "2.00 + 0.38",
    ]


def test_one_rate_net_and_gross_are_two_groups() -> None:
    taxes = [tax("19", "a"), tax("19", "b", basis="gross")]
    # 0.335 net is 0.34, tax 0.0646; 0.335 gross is 0.34, and contains 0.0542…
    assert fees(("0.335", "a"), ("0.335", "b"), taxes=taxes) == ["0.34 + 0.06", "0.29 + 0.05"]


def test_the_very_profile_goes_before_any_then_the_very_code_before_any() -> None:
    account = {**MONTHLY, "tax_profile": "home"}
    rows = [
        tax("1", "std", "home"),
        tax("2", "*", "home"),
        tax("3", "std", "*"),
        tax("4", "*", "*"),
    ]
    given = (("100", "std"), ("200", "other"), ("300", ""))
    assert fees(*given, taxes=rows, account=account) == [
        "100.00 + 1.00",
        "200.00 + 4.00",
        "300.00 + 6.00",
    ]
    assert fees(*given, taxes=rows) == ["100.00 + 3.00", "200.00 + 8.00", "300.00 + 12.00"]
    # without a row for any code, a row for any profile is next
    assert fees(*given, taxes=[rows[0], rows[3]], account=account) == [
        "100.00 + 1.00",
        "200.00 + 8.00",
        "300.00 + 12.00",
    ]
    assert fees(*given, taxes=[], account=account) == ["100.00", "200.00", "300.00"]


def hour(event_id: str, day: int) -> Row:
    """A call of 6.00."""
    return usage(event_id, "3600", started_at=f"2026-03-{day:02d}T12:00:00Z")


CODED = priced([tariff(tax_code="std")], [step()])


def test_a_rate_that_changes_makes_two_lines_each_taxed_by_the_call_s_time() -> None:
    border = "2026-03-10T00:00:00Z"
    taxes = [tax("10", valid_to=border), tax("20", valid_from=border)]
    found = billed(hour("e1", 9), hour("e2", 10), hour("e3", 11), reference={"taxes": taxes})
    assert told(found[MARCH]) == ["usage t1 6.00 + 0.60", "usage t1 12.00 + 2.40"]


def test_two_rows_that_are_open_at_the_start_make_two_lines_when_one_ends() -> None:
    account = {**MONTHLY, "tax_profile": "home"}
    taxes = [
        tax("19", "std", "home", valid_to="2026-03-10T00:00:00Z"),
        tax("7", "std"),
    ]
    found = billed(
        hour("e1", 9), hour("e2", 10), accounts=(account,), reference={**CODED, "taxes": taxes}
    )
    # 6 * 19 % = 1.14 of the profile's row, 6 * 7 % = 0.42 of that for any; any sorts first
    assert told(found[MARCH]) == ["usage t1 6.00 + 0.42", "usage t1 6.00 + 1.14"]


def test_the_profile_is_the_account_s_at_the_time_of_the_call() -> None:
    later = {**MONTHLY, "tax_profile": "home", "effective_at": "2026-03-10T00:00:00Z"}
    reference: Files = {"taxes": [tax("19", profile="home")]}
    found = billed(hour("e1", 9), hour("e2", 10), accounts=(MONTHLY, later), reference=reference)
    assert told(found[MARCH]) == ["usage t1 6.00", "usage t1 6.00 + 1.14"]


def test_minor_digits_are_the_currency_s() -> None:
    account = {**MONTHLY, "currency": "JPY"}
    reference: Files = {
        "plans": [plan("100.5", "false", currency="JPY")],
        "currencies": [{"currency": "JPY", "minor_digits": "0"}],
        "taxes": [tax("10")],
    }
    # 101, and 10.1 of tax
    found = billed(accounts=(account,), reference=reference)
    assert told(found[MARCH]) == ["recurring basic 101.00 + 10.00"]


def rate(value: str, origin: str = "USD", target: str = "EUR", **given: str) -> Row:
    return {"from_currency": origin, "to_currency": target, "rate": value, **given}


DOLLARS = plan("9.99", "false", currency="USD")


def test_a_fee_in_another_currency_is_exchanged_at_its_moment_and_not_rounded_before() -> None:
    border = "2026-03-02T00:00:00+01:00"
    rates = [rate("0.9", valid_to=border), rate("0.8", valid_from=border)]
    found = billed(reference={"plans": [DOLLARS], "exchange_rates": rates})[MARCH]
    # charged for 1 March, so at 0.9: 8.991
    assert told(found) == ["recurring basic 8.99"]
    line = found.lines[0].line
    assert line.charge_amount == Fraction("9.99") and line.exchange_rate == Fraction("0.9")
    assert line.key.charge_currency == "USD"


def test_usage_in_two_rates_is_two_lines() -> None:
    border = "2026-03-10T00:00:00Z"
    rates = [rate("0.9", valid_to=border), rate("0.8", valid_from=border)]
    reference: Files = {"plans": [{**DOLLARS, "recurring_fee": ""}], "exchange_rates": rates}
    found = billed(hour("e1", 9), hour("e2", 10), reference=reference)
    # 6 at 0.9, 6 at 0.8
    assert told(found[MARCH]) == ["usage t1 5.40", "usage t1 4.80"]


def test_usage_waits_for_a_rate_and_a_fee_without_one_is_left_out() -> None:
    late = rate("0.9", valid_from="2026-03-10T00:00:00Z")
    reference: Files = {"plans": [DOLLARS], "exchange_rates": [late]}
    rated = rating_of(hour("e1", 9), hour("e2", 10), reference=reference)
    assert verdicts(rated) == [("suspended", "currency_mismatch"), ("rated", None)]
    found = billed(hour("e1", 9), hour("e2", 10), reference=reference)
    assert told(found[MARCH]) == ["usage t1 5.40"]


def test_a_rate_counts_only_from_its_currency_to_the_other() -> None:
    reference: Files = {
        "plans": [DOLLARS],
        "exchange_rates": [rate("1.1", "EUR", "USD"), rate("0.9", "USD", "GBP")],
    }
    assert billed(hour("e1", 9), reference=reference) == {}


def test_a_fee_without_a_currency_is_in_the_account_s_of_its_time() -> None:
    dollars = {**MONTHLY, "currency": "USD", "effective_at": "2026-03-10T00:00:00Z"}
    plans = [plan("10", "false", currency=""), plan("20", "false", plan_id="big", currency="")]
    change = action("n2", "change_plan", "2026-03-20T00:00:00Z", plan_id="big")
    reference: Files = {"plans": plans, "exchange_rates": [rate("0.9")]}
    found = billed(actions=(ACTIVATE, change), accounts=(MONTHLY, dollars), reference=reference)
    # March is in euros; from 10 March on the account's currency is dollars: 20 * 0.9
    assert told(found[MARCH]) == ["recurring basic 10.00", "recurring big 18.00"]
