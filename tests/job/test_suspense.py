"""What is suspended is rated as soon as what it missed arrives: worked by hand on a few calls."""

from datetime import timedelta
from decimal import Decimal

import pytest

from tests.conftest import KNOWN_AT
from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    BERTA,
    CARLA,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    call,
)

GERMANY, SWITZERLAND = "493012345678", "41441234567"
MENDED = {
    "tariffs": REFERENCE["tariffs"]
    + "voice-ch,basic,voice,out,*,switzerland,*,0,,,event,graduated,last_price,4,half_up,,1,,\n",
    "tariff_steps": REFERENCE["tariff_steps"] + "voice-ch,1,0,,0.30,60,1,\n",
    "roaming_networks": REFERENCE["roaming_networks"] + "222,italy\n",
}
CALLS = (
    call("priced", ANNA, GERMANY, "2026-03-01T08:00:00+01:00", 61)
    + call("unpriced", ANNA, SWITZERLAND, "2026-03-01T09:00:00+01:00", 90)
    + call("nowhere", ANNA, SWITZERLAND, "2026-03-01T11:00:00+01:00", 30, network="22201")
    + call("nobody", BERTA, GERMANY, "2026-03-01T10:00:00+01:00", 60)
    + call("unpaid", CARLA, GERMANY, "2026-03-01T12:00:00+01:00", 120)
)
# by call: how it is disposed of, why, and its charge
Standing = dict[str, tuple[str, str | None, Decimal | None]]
# two started minutes at 0.10 and the fee of 0.05
PRICED = ("rated", None, Decimal("0.25"))
AT_FIRST: Standing = {
    "priced": PRICED,
    "unpriced": ("suspended", "no_tariff", None),
    "nowhere": ("suspended", "unknown_network", None),
    "nobody": ("suspended", "unknown_subscriber", None),
    "unpaid": ("suspended", "unknown_account", None),
}
# one minute and the fee; two minutes and the fee
OWNED: Standing = {
    "nobody": ("rated", None, Decimal("0.15")),
    "unpaid": ("rated", None, Decimal("0.25")),
}
# 90 and 30 seconds at 0.30 a minute, by the second
PRICED_LATER: Standing = {
    "unpriced": ("rated", None, Decimal("0.45")),
    "nowhere": ("rated", None, Decimal("0.15")),
}


def standing(home: SmallHome) -> Standing:
    rows = home.rows(
        "select known.event_id, known.disposition, known.reason, charges.charge_amount "
        "from rated.usage_dispositions as known "
        "left join rated.usage_charges as charges on known.record_id = charges.record_id"
    )
    return {
        event_id: (disposition, reason, amount) for event_id, disposition, reason, amount in rows
    }


@pytest.fixture(scope="module")
def waves(tmp_path_factory: pytest.TempPathFactory) -> list[Standing]:
    """Where each call stands at first, with its subscribers and accounts, and with its prices."""
    home = small_home(tmp_path_factory.mktemp("waiting"))
    home.price(REFERENCE)
    home.deliver("account/1.csv", ACCOUNT_COLUMNS + account("a1"))
    home.deliver(
        "action/1.csv", ACTION_COLUMNS + activation(1, ANNA, "a1") + activation(3, CARLA, "a3")
    )
    home.deliver("usage/1.csv", USAGE_COLUMNS + CALLS)
    home.run()
    found = [standing(home)]
    home.deliver("account/2.csv", ACCOUNT_COLUMNS + account("a3"))
    home.deliver("action/2.csv", ACTION_COLUMNS + activation(2, BERTA, "a1"))
    home.run(known_at=KNOWN_AT + timedelta(days=1))
    found.append(standing(home))
    home.price(MENDED)
    home.run(known_at=KNOWN_AT + timedelta(days=2))
    return [*found, standing(home)]


def test_a_call_that_misses_something_is_suspended_and_says_what(waves: list[Standing]) -> None:
    assert waves[0] == AT_FIRST


def test_a_call_is_rated_when_its_account_or_subscription_arrives(waves: list[Standing]) -> None:
    assert waves[1] == {**AT_FIRST, **OWNED}


def test_a_call_is_rated_when_its_tariff_or_network_arrives(waves: list[Standing]) -> None:
    assert waves[2] == {"priced": PRICED, **OWNED, **PRICED_LATER}
