"""Rules 1, 2, 4 and 5 of the oracle, worked by hand."""

from datetime import timedelta

import pytest

from tests.oracle.examples import (
    ACCOUNT,
    PRICED,
    START,
    only_charge,
    priced,
    rated,
    step,
    tariff,
    usage,
    verdicts,
)
from tests.oracle.records import digits
from tests.oracle.where import kept_prefix
from tests.oracle.world_frame import Row

# rule 1, rule 2


def test_the_first_of_equal_records_stays_and_another_content_is_a_conflict() -> None:
    result = rated(
        usage(),
        usage(quantity="60.0", direction="out", subscriber="+491700000001"),
        usage(quantity="61"),
        reference=PRICED,
    )
    assert verdicts(result) == [("rated", None), ("duplicate", None), ("suspended", "conflict")]
    assert result.charges["e1"].quantity == 60


def test_the_last_replace_is_rated_and_all_others_are_superseded() -> None:
    result = rated(
        usage(),
        usage("r1", "30", kind="replace", target_event_id="e1"),
        usage("r2", "20", kind="replace", target_event_id="r1"),
        reference=PRICED,
    )
    assert verdicts(result) == [("superseded", None), ("superseded", None), ("rated", None)]
    assert list(result.charges) == ["r2"]


def test_a_cancel_takes_everything_before_it() -> None:
    result = rated(
        usage(),
        usage("r1", "30", kind="replace", target_event_id="e1"),
        usage(kind="cancel"),
        reference=PRICED,
    )
    assert verdicts(result) == [
        ("cancelled", None),
        ("cancelled", None),
        ("not_chargeable", "cancel"),
    ]
    assert result.charges == {}


# rule 3


def test_the_records_of_a_session_are_one_event() -> None:
    """The first to start is the event; one without a number stands alone."""
    later = (START + timedelta(minutes=1)).isoformat()
    session = {"session_id": "s"}
    result = rated(
        usage("e1", "20", partial_no="2", started_at=later, **session),
        usage("e2", "30", partial_no="1", **session),
        usage("e3", "40", **session),
        reference=PRICED,
    )
    assert verdicts(result) == [("merged", None), ("rated", None), ("rated", None)]
    assert {name: charge.quantity for name, charge in result.charges.items()} == {
        "e2": 50,
        "e3": 40,
    }


def test_a_cancelled_part_leaves_the_others() -> None:
    session = {"session_id": "s", "partial_no": "1"}
    result = rated(
        usage("e1", "20", **session),
        usage("e2", "30", **session),
        usage("c1", kind="cancel", target_event_id="e1"),
        reference=PRICED,
    )
    assert verdicts(result) == [
        ("cancelled", None),
        ("rated", None),
        ("not_chargeable", "cancel"),
    ]
    assert result.charges["e2"].quantity == 30


def test_a_correction_of_an_unknown_event_waits() -> None:
    result = rated(usage("c1", kind="cancel", target_event_id="e9"))
    assert verdicts(result) == [("suspended", "unknown_target")]


# rule 4


def action(action_id: str, day: int, kind: str, subscription: str = "s1", **given: str) -> Row:
    at = (START + timedelta(days=day)).isoformat()
    return {
        "action_id": action_id,
        "effective_at": at,
        "action": kind,
        "subscription_id": subscription,
        **given,
    }


def on_day(day: int, **given: str) -> Row:
    return usage(f"e{day}", started_at=(START + timedelta(days=day)).isoformat(), **given)


def test_a_number_that_moves_belongs_to_who_took_it_last() -> None:
    given = {"account_id": "a1", "plan_id": "basic"}
    result = rated(
        *(on_day(day) for day in (0, 1, 2, 3)),
        actions=(
            action("n2", 1, "activate", "s2", subscriber="491700000001", **given),
            action("n3", 2, "terminate", "s1"),
            action("n4", 3, "terminate", "s2"),
        ),
        reference=PRICED,
    )
    assert [charge.subscription_id for charge in result.charges.values()] == ["s1", "s2", "s2"]
    assert verdicts(result)[3] == ("suspended", "unknown_subscriber")


def test_a_suspended_subscription_suspends_its_usage_until_it_resumes() -> None:
    result = rated(
        *(on_day(day) for day in (0, 1, 2)),
        actions=(action("n2", 1, "suspend"), action("n3", 2, "resume")),
        reference=PRICED,
    )
    assert verdicts(result) == [
        ("rated", None),
        ("suspended", "subscription_suspended"),
        ("rated", None),
    ]


def test_of_actions_at_one_instant_the_greatest_id_has_the_last_word() -> None:
    result = rated(
        on_day(1),
        actions=(action("n3", 1, "resume"), action("n2", 1, "suspend")),
        reference=PRICED,
    )
    assert verdicts(result) == [("rated", None)]


def test_an_account_that_is_not_there_yet_is_unknown() -> None:
    late = {**ACCOUNT, "effective_at": (START + timedelta(seconds=1)).isoformat()}
    assert verdicts(rated(usage(), accounts=(late,))) == [("suspended", "unknown_account")]


# rule 5


@pytest.mark.parametrize(
    ("given", "kept"),
    [
        ("110", ""),
        ("1234", ""),
        ("12345", "1"),
        ("1234567", "123"),
        ("1234567890123", "123456789"),
        ("123456789012345", "123456789"),
        ("internet", "internet"),
        ("a" * 65, "a" * 64),
    ],
)
def test_only_the_prefix_of_the_other_number_is_kept(given: str, kept: str) -> None:
    assert kept_prefix(given) == kept


def test_a_short_code_fits_the_prefix_of_no_digits_only() -> None:
    anywhere = {"destinations": [{"prefix": "1", "zone": "one"}, {"prefix": "*", "zone": "any"}]}
    short, longer = usage("e1", counterparty="1100"), usage("e2", counterparty="11000")
    nobody = usage("e3", counterparty="")
    charges = rated(short, longer, nobody, reference={**PRICED, **anywhere}).charges
    assert [charge.destination_zone for charge in charges.values()] == ["any", "one", None]


def test_a_leading_plus_or_double_zero_is_no_part_of_a_number() -> None:
    assert [digits(text) for text in ("+491", "00491", "491", "+0049", "+a1")] == [
        "491",
        "491",
        "491",
        "0049",
        "+a1",
    ]


def test_the_longest_prefix_counts_among_the_zones_that_the_plan_prices() -> None:
    berlin = usage(counterparty="493012345678")
    reference = priced([tariff(destination_zone="germany")], [step()])
    assert only_charge(rated(berlin, reference=reference)).destination_zone == "germany"
    both = [tariff(destination_zone="germany"), tariff("t2", destination_zone="berlin")]
    reference = priced(both, [step(), step("t2")])
    assert only_charge(rated(berlin, reference=reference)).destination_zone == "berlin"


def test_a_zone_that_no_tariff_names_meets_only_tariffs_for_any_zone() -> None:
    berlin = usage(counterparty="493012345678")
    charge = only_charge(
        rated(
            berlin,
            reference=PRICED,
        )
    )
    assert charge.destination_zone == "berlin"
    charge = only_charge(
        rated(
            usage(counterparty="internet"),
            reference=PRICED,
        )
    )
    assert charge.destination_zone is None


@pytest.mark.parametrize(("network", "zone"), [("", "home"), ("20801", "france"), ("20810", "sfr")])
def test_a_network_is_known_by_itself_or_by_its_country(network: str, zone: str) -> None:
    result = rated(
        usage(serving_network=network),
        reference=PRICED,
    )
    assert only_charge(result).roaming_zone == zone


def test_usage_in_an_unknown_network_waits() -> None:
    result = rated(
        usage(serving_network="26201"),
        reference=PRICED,
    )
    assert verdicts(result) == [("suspended", "unknown_network")]
