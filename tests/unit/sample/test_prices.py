"""The generator's own rules of money, worked by hand."""

from typing import Any

import numpy as np
import pytest

from ingestion.settings import PROJECT
from sample.events import SMS
from sample.numbers import called_blocks
from sample.rating.choices import Choices, make_choices
from sample.rating.prices import Unpriceable, price_of, rounded
from sample.reference import Reference
from sample.roaming import ROAMING_ZONES

REFERENCE = Reference(PROJECT / "seeds")
TARIFFS = {row["tariff_id"]: row for row in REFERENCE.tariffs}
MIB = 1024**2


def amount(tariff_id: str, units: int, start: int = 0, **given: Any) -> int:
    return price_of(REFERENCE, TARIFFS[tariff_id]).amount(units, start, **given)


def test_messages_at_four_decimals() -> None:
    """0.0455 a message: three cost 0.1365."""
    assert amount("pro_sms_austria", 3) == 136_500
    assert amount("pro_sms_austria", 0) == 0


@pytest.mark.parametrize(
    ("mode", "expected"), [("half_up", 3), ("half_even", 2), ("up", 3), ("down", 2)]
)
def test_a_half_is_rounded_by_the_mode(mode: str, expected: int) -> None:
    assert rounded(5, 2, mode) == expected


def test_data_is_charged_step_by_step_in_whole_increments() -> None:
    """One byte more than 100 MiB at 0.009: that byte costs an increment at 0.004, 0.000390625."""
    assert amount("essential_data", 100 * MIB) == 900_000
    assert amount("essential_data", 150 * MIB) == 1_100_000
    assert amount("essential_data", 60 * MIB, 90 * MIB) == 90_000 + 200_000
    assert amount("essential_data", 1, 100 * MIB) == 0


def test_an_event_by_volume_has_one_price_and_a_cap() -> None:
    """250 MiB at 0.003; 20 GiB would be 61.44 and are capped at 30."""
    assert amount("classic_data", 250 * MIB) == 750_000
    assert amount("classic_data", 20 * 1024 * MIB) == 30_000_000


def test_the_fee_stands_beside_the_units_unless_a_bundle_waives_it() -> None:
    """0.10 and two downloads at 0.79."""
    assert amount("pro_content", 2) == 1_680_000
    assert amount("pro_content", 2, is_fee_waived=True) == 1_580_000
    assert amount("pro_content", 0) == 100_000


def test_the_volume_of_a_cycle_decides_the_price_of_all_its_units() -> None:
    """1.09 each up to five, 0.95 up to twenty, 0.79 beyond."""
    price = price_of(REFERENCE, TARIFFS["connect_content"])
    assert price.by_cycle_volume(5, 5) == 5_450_000
    assert price.by_cycle_volume(5, 6) == 4_750_000
    assert price.by_cycle_volume(-2, 21) == -1_580_000


@pytest.mark.parametrize(
    ("tariff_id", "change", "why"),
    [
        ("pro_data", {"band": "peak"}, "band 'peak'"),
        ("connect_data", {"beyond_last_step": "suspend"}, "a last step that ends"),
        ("connect_content", {"min_charge": "1"}, "has to be rounded"),
    ],
)
def test_what_it_does_not_price_is_refused(
    tariff_id: str, change: dict[str, str], why: str
) -> None:
    with pytest.raises(Unpriceable, match=why):
        price_of(REFERENCE, TARIFFS[tariff_id] | change)


@pytest.fixture(scope="module")
def choices() -> Choices:
    blocks = called_blocks(REFERENCE)
    return make_choices(
        REFERENCE, list(REFERENCE.currency_of_plan), blocks.kept, list(ROAMING_ZONES)
    )


def chosen(choices: Choices, plan: str, called: str, piece: int) -> tuple[str, str]:
    """The tariff and zone of a message sent at home in a piece of time."""
    blocks = called_blocks(REFERENCE).digits
    block = next(index for index, digits in enumerate(blocks) if digits.startswith(called))
    place = (SMS, list(REFERENCE.currency_of_plan).index(plan), block, 0, 0, piece)
    tariff = REFERENCE.tariffs[choices.tariff[place]]["tariff_id"]
    return tariff, choices.zones[choices.zone[place]]


def test_a_price_changes_on_its_day(choices: Choices) -> None:
    """A message of Pay as you go to a British landline has another tariff from 27 October."""
    change = 1_793_059_200
    before, after = np.searchsorted(choices.breaks, [change - 1, change], side="right")
    assert chosen(choices, "gbp_payg", "4412", before)[0] == "payg_sms_united_kingdom"
    assert chosen(choices, "gbp_payg", "4412", after)[0] == "payg_sms_united_kingdom_2"


def test_a_plan_sees_only_the_zones_that_it_prices(choices: Choices) -> None:
    """Pro has a price for Austria and none for its mobiles, which lie in the same prefix."""
    last = len(choices.breaks)
    assert chosen(choices, "eur_pro", "43664", last) == ("pro_sms_austria", "austria")
    assert chosen(choices, "eur_family", "43664", last) == (
        "family_sms_austria_mobile",
        "austria_mobile",
    )
    assert chosen(choices, "eur_essential", "4412", last) == (
        "default_sms_united_kingdom",
        "united_kingdom",
    )
