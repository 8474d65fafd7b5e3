"""What docs/feeds.md says of records that fit nothing known: each has its outcome, none is lost."""

from decimal import Decimal

import pytest

from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import ACCOUNT_COLUMNS, ANNA, BERTA, CARLA, REFERENCE

# a2 and a3 belong to each other
ACCOUNTS = ACCOUNT_COLUMNS + (
    "a1,,a1,EUR,Europe/Berlin,1,,100,2026-01-01T00:00:00Z\n"
    "a2,a3,a2,EUR,Europe/Berlin,1,,100,2026-01-01T00:00:00Z\n"
    "a3,a2,a3,EUR,Europe/Berlin,1,,100,2026-01-01T00:00:00Z\n"
)
ACTION = "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id,bundle_id\n"
# in this order: the activation of s2 comes last
ACTIONS = ACTION + (
    f"n1,2026-01-01T00:00:00Z,activate,s1,a1,{ANNA},basic,\n"
    f"n2,2026-01-15T00:00:00Z,activate,s1,a1,{ANNA},basic,\n"
    "n3,2026-01-01T00:00:00Z,add_bundle,s1,,,,no-such-bundle\n"
    "n4,2026-01-01T00:00:00Z,suspend,no-such-subscription,,,,\n"
    "n5,2026-02-10T00:00:00Z,resume,s2,,,,\n"
    "n6,2026-02-01T00:00:00Z,suspend,s2,,,,\n"
    f"n7,2026-01-01T00:00:00Z,activate,s3,a3,{CARLA},basic,\n"
    "n8,2026-02-01T00:00:00Z,change_plan,s3,,,no-such-plan,\n"
    f"n9,2026-01-01T00:00:00Z,activate,s2,a2,{BERTA},basic,\n"
)
COLUMNS = (
    "event_id,subscriber,started_at,quantity,session_id,partial_no,kind,target_event_id,service,"
    "counterparty\n"
)
CALL = "voice,4930123456\n"
LATER = f"later,{ANNA},2026-02-20T08:00:00Z,60,,,,,{CALL}"
USAGE = COLUMNS + (
    f"early-cancel,{ANNA},2026-02-20T08:00:00Z,60,,,cancel,later,{CALL}"
    f"early-replace,{ANNA},2026-02-21T08:00:00Z,60,,,replace,never,{CALL}"
    f"first,{ANNA},2026-02-22T08:00:00Z,60,,,,,{CALL}"
    f"second,{ANNA},2026-02-22T08:00:00Z,120,,,replace,first,{CALL}"
    f"third,{ANNA},2026-02-22T08:00:00Z,180,,,replace,second,{CALL}"
    f"no-session,{ANNA},2026-02-23T08:00:00Z,60,,1,,,{CALL}"
    f"no-part,{ANNA},2026-02-24T08:00:00Z,60,session,,,,{CALL}"
    f"nobody,491700000009,2026-02-24T08:00:00Z,60,,,,,{CALL}"
    f"while-suspended,{BERTA},2026-02-05T08:00:00Z,60,,,,,{CALL}"
    f"after-it,{BERTA},2026-02-15T08:00:00Z,60,,,,,{CALL}"
    f"before-the-change,{CARLA},2026-01-05T08:00:00Z,60,,,,,{CALL}"
    f"after-the-change,{CARLA},2026-02-05T08:00:00Z,60,,,,,{CALL}"
)
# a minute for 0.10 and the fee of 0.05
MINUTE = ("rated", None, Decimal("0.15"))
EXPECTED = {
    "early-cancel": ("suspended", "unknown_target", None),
    "early-replace": ("suspended", "unknown_target", None),
    "first": ("superseded", None, None),
    "second": ("superseded", None, None),
    "third": ("rated", None, Decimal("0.35")),
    "no-session": MINUTE,
    "no-part": MINUTE,
    "nobody": ("suspended", "unknown_subscriber", None),
    "while-suspended": ("suspended", "subscription_suspended", None),
    "after-it": MINUTE,
    "before-the-change": MINUTE,
    "after-the-change": ("suspended", "no_tariff", None),
}
STANDING = """
select known.event_id, known.disposition, known.reason, charges.charge_amount
from rated.usage_dispositions as known
left join rated.usage_charges as charges on known.record_id = charges.record_id
"""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> SmallHome:
    home = small_home(tmp_path_factory.mktemp("misfit"))
    home.price(REFERENCE)
    home.deliver("account/a.csv", ACCOUNTS)
    home.deliver("action/a.csv", ACTIONS)
    home.deliver("usage/1.csv", USAGE)
    home.run()
    return home


def standing(home: SmallHome) -> dict[str, tuple[str, str | None, Decimal | None]]:
    return {event_id: (how, why, amount) for event_id, how, why, amount in home.rows(STANDING)}


def test_each_record_has_the_outcome_that_is_documented(home: SmallHome) -> None:
    assert standing(home) == EXPECTED


def test_accounts_that_belong_to_each_other_owe_each_their_own(home: SmallHome) -> None:
    found = home.rows("select account_id, billed_amount from aggregates.account_balances")
    # a1: one of three minutes, two of one
    assert sorted(found) == [
        ("a1", Decimal("0.65")),
        ("a2", Decimal("0.15")),
        ("a3", Decimal("0.15")),
    ]


def test_a_cancel_that_came_before_its_event_wins_when_that_comes(home: SmallHome) -> None:
    home.deliver("usage/2.csv", COLUMNS + LATER)
    home.run()
    assert standing(home) == {
        **EXPECTED,
        "early-cancel": ("not_chargeable", "cancel", None),
        "later": ("cancelled", None, None),
    }
