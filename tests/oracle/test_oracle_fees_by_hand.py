"""Rules 12 and 13, days, cycles, fees and prices, worked by hand."""

from datetime import UTC, date, datetime, timedelta

from tests.oracle.billing_examples import (
    APRIL,
    MARCH,
    MONTHLY,
    action,
    begin,
    billed,
    plan,
    told,
)
from tests.oracle.examples import ACCOUNT, ACTIVATE
from tests.oracle.world_frame import Files, Row

DAILY: Files = {"plans": [plan()]}
WHOLE: Files = {"plans": [plan("9.90", "false")]}


def bundle(bundle_id: str = "b1", plan_id: str = "basic", price: str = "5", **given: str) -> Row:
    row = {"bundle_id": bundle_id, "plan_id": plan_id, "service": "data", "units": "100"}
    return {**row, "price": price, **given}


def second(at: str = "2026-01-01T00:00:00Z", **given: str) -> Row:
    """Another subscription of the account."""
    number = {"action_id": "n2", "subscription_id": "s2", "subscriber": "491700000002"}
    return {**ACTIVATE, **number, "effective_at": at, **given}


def test_a_cycle_ends_at_local_midnight_before_the_bill_day_of_the_next_month() -> None:
    found = billed(accounts=(ACCOUNT,), reference=WHOLE)
    cycle = found[date(2026, 3, 15)].cycle
    # in Berlin winter time when it begins, summer time when it ends
    assert cycle.begins_at == datetime(2026, 3, 14, 23, tzinfo=UTC)
    assert cycle.ends_at == datetime(2026, 4, 14, 22, tzinfo=UTC)


def test_a_cycle_is_there_once_it_has_ended_and_not_a_microsecond_before() -> None:
    end = datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert MARCH in billed(reference=WHOLE, until=end)
    assert MARCH not in billed(reference=WHOLE, until=end - timedelta(microseconds=1))


def test_a_cycle_has_the_clock_and_currency_of_the_account_when_it_begins() -> None:
    moved = {**MONTHLY, "time_zone": "America/New_York", "effective_at": "2026-03-10T00:00:00Z"}
    found = billed(accounts=(MONTHLY, moved), reference=DAILY)
    assert found[MARCH].cycle.ends_at == datetime(2026, 3, 31, 22, tzinfo=UTC)
    assert found[APRIL].cycle.ends_at == datetime(2026, 5, 1, 4, tzinfo=UTC)


def test_the_days_before_a_change_of_the_bill_day_stay_in_the_old_cycle() -> None:
    later = {**MONTHLY, "bill_day": "15", "effective_at": "2026-03-20T12:00:00+01:00"}
    found = billed(accounts=(MONTHLY, later), reference=DAILY)
    # 1 to 19 March: 19 days; 20 to 31 March: 12 days, and 14 of April at 31/30: 14.4666
    assert told(found[MARCH]) == ["recurring basic 19.00"]
    assert told(found[date(2026, 3, 15)]) == ["recurring basic 26.47"]
    assert APRIL not in found


def test_no_day_is_charged_twice_when_the_account_moves_west() -> None:
    east = {**MONTHLY, "time_zone": "Pacific/Kiritimati", "effective_at": "2026-01-01T00:00:00Z"}
    # 10 March, one o'clock in Kiritimati, is 9 March, six in the morning in New York
    west = {**MONTHLY, "time_zone": "America/New_York", "effective_at": "2026-03-09T11:00:00Z"}
    assert told(billed(accounts=(east, west), reference=DAILY)[MARCH]) == ["recurring basic 31.00"]


def test_the_day_of_activation_counts_and_the_day_of_termination_does_not() -> None:
    end = action("n9", "terminate", "2026-03-21T23:59:00+01:00")
    actions = (begin("2026-03-11T23:59:00+01:00"), end)
    # 11 to 20 March, at the last instant of each
    assert told(billed(actions=actions, reference=DAILY)[MARCH]) == ["recurring basic 10.00"]


def test_a_subscription_that_begins_and_ends_on_one_day_costs_nothing() -> None:
    actions = (
        begin("2026-03-11T08:00:00+01:00"),
        action("n9", "terminate", "2026-03-11T20:00:00+01:00"),
    )
    assert billed(actions=actions, reference={"plans": [plan(), plan("9.90")]}) == {}


def test_a_cycle_in_two_months_has_the_days_of_each_by_its_own_length() -> None:
    found = billed(accounts=(ACCOUNT,), reference=DAILY)
    # 17 of 31 days of March and 14 of 30 of April: 17 + 14.4666
    assert told(found[date(2026, 3, 15)]) == ["recurring basic 31.47"]
    # 14 of February, whose 28 days cost 31: 15.5; and 14 of March
    assert told(found[date(2026, 2, 15)]) == ["recurring basic 29.50"]


def test_the_day_of_a_plan_change_belongs_to_the_new_plan_and_a_suspended_one_stays() -> None:
    actions = (
        begin("2026-01-01T00:00:00Z"),
        action("n2", "suspend", "2026-03-05T12:00:00+01:00"),
        action("n3", "change_plan", "2026-03-11T12:00:00+01:00", plan_id="big"),
    )
    plans = [plan(), plan("62", plan_id="big")]
    # 10 days at 1, 21 days at 2
    found = billed(actions=actions, reference={"plans": plans})
    assert told(found[MARCH]) == ["recurring basic 10.00", "recurring big 42.00"]


def test_each_version_of_a_plan_that_prorates_is_a_line_of_its_days() -> None:
    border = "2026-03-11T12:00:00+01:00"
    plans = [plan(valid_to=border), plan("62", valid_from=border)]
    found = billed(reference={"plans": plans})[MARCH]
    assert told(found) == ["recurring basic 10.00", "recurring basic 42.00"]
    assert [row.line.quantity for row in found.lines] == [10, 21]


def test_a_plan_that_does_not_prorate_costs_its_first_version_whole() -> None:
    border = "2026-03-11T12:00:00+01:00"
    plans = [plan("9.90", "false", valid_to=border), plan("20", "false", valid_from=border)]
    assert told(billed(reference={"plans": plans})[MARCH]) == ["recurring basic 9.90"]
    late = (begin("2026-03-31T23:00:00+02:00"),)
    assert told(billed(actions=late, reference={"plans": plans})[MARCH]) == [
        "recurring basic 20.00"
    ]


def test_a_first_version_that_is_free_is_not_charged_at_the_next_one_s_fee() -> None:
    border = "2026-03-11T12:00:00+01:00"
    plans = [plan("", "false", valid_to=border), plan("20", "false", valid_from=border)]
    found = billed(reference={"plans": plans})
    assert MARCH not in found
    assert told(found[APRIL]) == ["recurring basic 20.00"]


def test_an_included_bundle_costs_its_price_once_per_subscription_or_once_per_account() -> None:
    bundles = [bundle(), bundle("b2", scope="pooled", price="3"), bundle("b3", scope="shared")]
    actions = (ACTIVATE, second("2026-03-31T12:00:00+02:00"))
    found = billed(actions=actions, reference={"bundles": bundles})[MARCH]
    assert told(found) == [
        "bundle b3 5.00",  # of no subscription: first
        "bundle b1 5.00",
        "bundle b2 3.00",
        "bundle b1 5.00",
        "bundle b2 3.00",
    ]
    holders = [row.line.key.subscription_id for row in found.lines]
    assert holders == [None, "s1", "s1", "s2", "s2"]


def test_an_included_bundle_costs_what_it_does_on_the_first_day_that_has_it() -> None:
    border = "2026-03-11T12:00:00+01:00"
    free = [bundle(price="", valid_to=border), bundle(valid_from=border)]
    found = billed(reference={"bundles": free})
    assert MARCH not in found
    assert told(found[APRIL]) == ["bundle b1 5.00"]
    begun = [bundle(price="7", valid_from=border)]
    assert told(billed(reference={"bundles": begun})[MARCH]) == ["bundle b1 7.00"]


def test_an_add_on_costs_its_price_by_quantity_also_when_it_is_removed() -> None:
    actions = (
        ACTIVATE,
        action("n2", "add_bundle", "2026-03-05T00:00:00Z", bundle_id="b1", quantity="2.5"),
        action("n3", "add_bundle", "2026-03-05T00:00:00Z", bundle_id="b1"),
        action("n4", "remove_bundle", "2026-03-06T00:00:00Z", bundle_id="b1"),
    )
    found = billed(actions=actions, reference={"bundles": [bundle(plan_id="")]})
    # each action is a line: 2.5 at 5, and one
    assert told(found[MARCH]) == ["bundle b1 12.50", "bundle b1 5.00"]
    assert list(found) == [MARCH]


def test_an_add_on_costs_nothing_when_it_is_not_sold_or_the_subscription_is_over() -> None:
    actions = (
        ACTIVATE,
        action("n2", "add_bundle", "2026-03-05T00:00:00Z", bundle_id="b1"),
        action("n3", "terminate", "2026-03-06T00:00:00Z"),
        action("n4", "add_bundle", "2026-03-20T00:00:00Z", bundle_id="b1"),
    )
    sold = bundle(plan_id="", valid_from="2026-03-10T00:00:00Z")
    assert billed(actions=actions, reference={"bundles": [sold]}) == {}
