"""Rule 14, discounts, worked by hand. A minute of voice costs 0.10."""

from tests.oracle.billing_examples import (
    APRIL,
    MARCH,
    action,
    begin,
    billed,
    plan,
    told,
)
from tests.oracle.examples import ACTIVATE, usage
from tests.oracle.world_frame import Files, Row

# one hour on 2 March: 6.00
CALL = usage(quantity="3600")
FEE = plan("20", "false")


def off(discount_id: str, on: str, percent: str = "", amount: str = "", **given: str) -> Row:
    """A discount of account a1, or of a plan."""
    whose = {} if "plan_id" in given else {"account_id": "a1"}
    row = {"discount_id": discount_id, "on": on, "percent": percent, "amount": amount}
    return {**row, **whose, **given}


def march(*discounts: Row, plans: tuple[Row, ...] = (FEE,), **given: object) -> list[str]:
    """The lines of March with these discounts: a call of 6.00 and a fee of 20."""
    usages = given.pop("usages", (CALL,))
    bundles = given.pop("bundles", ())
    reference: Files = {"plans": [*plans], "discounts": [*discounts], "bundles": [*bundles]}
    return told(billed(*usages, reference=reference, **given)[MARCH])


def lines_off(*discounts: Row, **given: object) -> list[str]:
    return [line for line in march(*discounts, **given) if line.startswith("discount")]


def test_percents_of_usage_and_of_fees_come_before_those_of_the_total() -> None:
    found = march(
        off("d1", "total", "50"),
        off("d2", "usage", "10"),
        off("d3", "recurring", "25"),
    )
    # 10 % of 6 is 0.60, 25 % of 20 is 5; half of what is left, 5.40 + 15, is 10.20
    assert found == [
        "usage t1 6.00",
        "recurring basic 20.00",
        "discount d1 -10.20",
        "discount d2 -0.60",
        "discount d3 -5.00",
    ]


def test_percents_of_a_stage_are_of_the_same_and_at_most_100_together() -> None:
    found = lines_off(off("d2", "usage", "70"), off("d1", "usage", "60"), off("d3", "usage", "5"))
    # 60 % of 6, then the 40 % that are left, then none
    assert found == ["discount d1 -3.60", "discount d2 -2.40"]


def test_amounts_come_after_all_percents_and_never_take_more_than_is_left() -> None:
    found = lines_off(off("d1", "usage", amount="5"), off("d2", "usage", "50"))
    # half of 6 first; then 3 of the 5
    assert found == ["discount d1 -3.00", "discount d2 -3.00"]


def test_a_row_with_a_percent_and_an_amount_counts_in_the_stage_of_each() -> None:
    # 10 % of 20, then 3 more: two lines, the amount first by name
    assert lines_off(off("d1", "recurring", "10", "3")) == [
        "discount d1 -3.00",
        "discount d1 -2.00",
    ]


def test_an_amount_is_used_up_on_the_lines_in_their_order() -> None:
    taxes = [
        {"tax_profile": "*", "tax_code": "low", "rate_percent": "5"},
        {"tax_profile": "*", "tax_code": "high", "rate_percent": "20"},
    ]
    plans = [plan("20", "false", tax_code="low"), plan("10", "false", plan_id="big")]
    plans[1]["tax_code"] = "high"
    actions = (ACTIVATE, action("n2", "change_plan", "2026-03-11T00:00:00Z", plan_id="big"))
    reference: Files = {
        "plans": plans,
        "taxes": taxes,
        "discounts": [off("d1", "total", amount="23")],
    }
    found = told(billed(actions=actions, reference=reference)[MARCH])
    # all of the fee of `basic`, and 3 of that of `big`: one line for each rate
    assert found == [
        "recurring basic 20.00 + 1.00",
        "recurring big 10.00 + 2.00",
        "discount d1 -20.00 + -1.00",
        "discount d1 -3.00 + -0.60",
    ]


def test_nothing_is_taken_of_a_line_below_zero_by_an_amount_but_a_percent_lessens_it() -> None:
    refund = usage(quantity="-3600")
    plans = (plan("0", "false"),)
    assert lines_off(off("d1", "usage", amount="5"), usages=(refund,), plans=plans) == []
    assert march(off("d1", "usage", "50"), usages=(refund,), plans=plans) == [
        "usage t1 -6.00",
        "discount d1 3.00",
    ]


def test_a_discount_of_a_plan_is_for_the_lines_of_that_plan_once_for_each_subscription() -> None:
    number = {"action_id": "n2", "subscription_id": "s2", "subscriber": "491700000002"}
    actions = (ACTIVATE, {**ACTIVATE, **number})
    # 3 of each of the two fees of 20; nothing of the call's 6
    assert lines_off(off("d1", "recurring", amount="3", plan_id="basic"), actions=actions) == [
        "discount d1 -6.00"
    ]
    assert lines_off(off("d1", "recurring", amount="3"), actions=actions) == ["discount d1 -3.00"]
    assert lines_off(off("d1", "total", "10", plan_id="other"), actions=actions) == []
    assert lines_off(off("d1", "total", "10", plan_id="*"), actions=actions) == [
        "discount d1 -4.60"
    ]


def test_a_discount_of_another_account_is_not_for_this_one() -> None:
    other = off("d1", "total", "50", "5")
    assert lines_off({**other, "account_id": "a2"}) == []


def test_a_percent_is_for_usage_by_its_start_and_an_amount_for_the_cycle() -> None:
    # the call is at ten in Berlin, the fee's moment is the end of 1 March
    begins = "2026-03-02T10:00:00.000001+01:00"
    assert lines_off(off("d1", "usage", "50", valid_from=begins)) == []
    assert lines_off(off("d1", "usage", "50", valid_to=begins)) == ["discount d1 -3.00"]
    assert lines_off(off("d1", "recurring", "50", valid_from=begins)) == []
    assert lines_off(off("d1", "usage", amount="2", valid_from=begins)) == ["discount d1 -2.00"]
    late = "2026-04-01T00:00:00+02:00"
    assert lines_off(off("d1", "usage", amount="2", valid_from=late)) == []
    assert lines_off(off("d1", "usage", amount="2", valid_to="2026-03-01T00:00:00+01:00")) == []


def test_half_of_a_line_s_calls_can_be_in_a_discount() -> None:
    later = usage("e2", "3600", started_at="2026-03-20T10:00:00+01:00")
    found = march(off("d1", "usage", "50", valid_from="2026-03-10T00:00:00Z"), usages=(CALL, later))
    # one line of two calls; half of the second
    assert found == ["usage t1 12.00", "recurring basic 20.00", "discount d1 -3.00"]


def test_an_amount_on_a_prorated_fee_is_prorated_by_the_days_in_its_validity() -> None:
    # a fee of 31, so a euro a day, from 11 March on: 21 days; of them 10 in the validity
    actions = (begin("2026-03-11T00:00:00+01:00"),)
    ten = off(
        "d1", "recurring", amount="6.20", plan_id="basic", valid_to="2026-03-21T00:00:00+01:00"
    )
    found = march(ten, plans=(plan(),), actions=actions, usages=())
    assert found == ["recurring basic 21.00", "discount d1 -2.00"]
    # one on the total is not, nor one of the account
    for other in ({**ten, "on": "total"}, {**ten, "plan_id": "", "account_id": "a1"}):
        assert march(other, plans=(plan(),), actions=actions, usages=())[1:] == [
            "discount d1 -6.20"
        ]


def test_of_two_versions_of_an_amount_in_a_cycle_the_first_counts_or_each_for_its_days() -> None:
    border = "2026-03-11T00:00:00+01:00"
    first = off("d1", "recurring", amount="3.10", plan_id="basic", valid_to=border)
    then = off("d1", "recurring", amount="6.20", plan_id="basic", valid_from=border)
    assert lines_off(first, then) == ["discount d1 -3.10"]
    # prorated: 10 days of 3.10 / 31 and 21 of 6.20 / 31
    assert march(first, then, plans=(plan(),), usages=()) == [
        "recurring basic 31.00",
        "discount d1 -5.20",
    ]


def test_a_bundle_s_price_is_recurring_and_a_shared_one_is_no_subscription_s() -> None:
    bundle = {"bundle_id": "b1", "plan_id": "basic", "service": "data", "units": "1", "price": "4"}
    plans = (plan("0", "false"),)
    own = lines_off(
        off("d1", "recurring", amount="1", plan_id="basic"), plans=plans, bundles=(bundle,)
    )
    assert own == ["discount d1 -1.00"]
    shared = {**bundle, "scope": "shared"}
    assert (
        lines_off(
            off("d1", "recurring", amount="1", plan_id="basic"), plans=plans, bundles=(shared,)
        )
        == []
    )
    assert lines_off(
        off("d1", "recurring", "50", plan_id="basic"), plans=plans, bundles=(shared,)
    ) == ["discount d1 -2.00"]


def test_a_discount_counts_in_each_cycle_anew() -> None:
    found = billed(reference={"plans": [FEE], "discounts": [off("d1", "recurring", amount="3")]})
    assert (
        told(found[MARCH])
        == told(found[APRIL])
        == [
            "recurring basic 20.00",
            "discount d1 -3.00",
        ]
    )
