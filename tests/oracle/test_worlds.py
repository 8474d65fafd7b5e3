"""What random worlds hold: else the comparison with the models would prove less than it seems."""

from collections import Counter
from datetime import UTC, datetime
from pathlib import Path
from random import Random

import pytest

from ingestion.reference.validate import validate
from tests.oracle.delivery import write_reference, write_wave
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered, Knowledge, digits
from tests.oracle.reference import Reference
from tests.oracle.reference_rows import Tariff
from tests.oracle.where import kept_prefix
from tests.oracle.world_frame import MOST_MONEY, MOST_UNITS, WAVES
from tests.oracle.worlds import World, all_at_once, feeds_of, make_world, reference_of

COUNT = 80
KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)


@pytest.fixture(scope="module")
def worlds() -> list[World]:
    return [make_world(1, number) for number in range(COUNT)]


@pytest.fixture(scope="module")
def results(worlds: list[World]) -> list[Result]:
    """What is known after each wave."""
    known: list[Delivered] = []
    found = []
    for wave in range(WAVES):
        known += [
            Delivered(feed, row, Knowledge(KNOWN_AT, f"{wave}-{feed}", number))
            for feed, rows in feeds_of(worlds, wave).items()
            for number, row in enumerate(rows, start=1)
        ]
        found.append(rate(known, Reference(reference_of(worlds, wave))))
    return found


@pytest.fixture(scope="module")
def tariffs(worlds: list[World]) -> dict[str, Tariff]:
    plans = Reference(reference_of(worlds, WAVES - 1)).tariffs.values()
    return {tariff.tariff_id: tariff for plan in plans for tariff in plan}


def test_what_is_written_is_what_the_oracle_was_given(tmp_path: Path) -> None:
    """Seen from the files alone: names, hashes, record numbers, and a reference that reads back."""
    world = make_world(1, 1)
    found = write_wave(
        tmp_path, all_at_once([world]), known_at=KNOWN_AT, wave="all", random=Random(1)
    )
    files = [path for path in tmp_path.rglob("*") if path.is_file()]
    assert {item.knowledge.file_id for item in found} and len(files) <= 11
    assert len(found) == sum(len(rows) for feeds in world.feeds for rows in feeds.values())
    write_reference(tmp_path / "reference", reference_of([world], 0))
    assert (
        rate(found, Reference.read(tmp_path / "reference")).charges
        == rate(found, Reference(reference_of([world], 0))).charges
    )


@pytest.mark.parametrize("wave", range(WAVES))
def test_the_reference_of_many_worlds_is_valid(
    worlds: list[World], tmp_path: Path, wave: int
) -> None:
    write_reference(tmp_path, reference_of(worlds, wave))
    validate(tmp_path)


def test_many_worlds_meet_every_outcome(results: list[Result]) -> None:
    outcomes = {
        (verdict.disposition, verdict.reason)
        for result in results
        for verdict in result.verdicts.values()
    }
    assert outcomes == {
        ("rated", None),
        ("duplicate", None),
        ("merged", None),
        ("superseded", None),
        ("cancelled", None),
        ("not_chargeable", "cancel"),
        ("suspended", "conflict"),
        ("suspended", "unknown_target"),
        ("suspended", "unknown_subscriber"),
        ("suspended", "subscription_suspended"),
        ("suspended", "unknown_account"),
        ("suspended", "unknown_network"),
        ("suspended", "no_tariff"),
        ("suspended", "beyond_last_step"),
        ("suspended", "currency_mismatch"),
        ("suspended", "amount_out_of_range"),
    }
    assert len(results[-1].charges) > 19 * COUNT


def test_most_worlds_are_ordinary_and_some_are_vast(results: list[Result]) -> None:
    amounts = [abs(charge.charge_amount) for charge in results[-1].charges.values()]
    assert sum(amount < 10**6 for amount in amounts) > 0.9 * len(amounts)
    assert sum(amount > 10**12 for amount in amounts) >= 5
    quantities = [abs(charge.quantity) for charge in results[-1].charges.values()]
    assert max(quantities) > 9 * 10**11
    suspended = Counter(
        abs(usage.quantity) < 10**12 and usage.session_id is None
        for place, usage in results[-1].usages.items()
        if results[-1].verdicts[place].reason == "amount_out_of_range"
    )
    # by what they would cost, and by their quantity or that of their session
    assert suspended[True] > 20 and suspended[False] > 10


def test_later_usage_rates_earlier_events_of_a_cycle_by_volume_anew(
    results: list[Result], tariffs: dict[str, Tariff]
) -> None:
    """Events under one tariff by volume and cycle: many share a cycle, many are re-rated."""
    cycles: Counter[tuple[str, str, str]] = Counter()
    changed = 0
    for event_id, charge in results[-1].charges.items():
        tariff = tariffs[charge.tariff_id]
        if (tariff.tier_scope, tariff.tier_mode) == ("period", "volume"):
            cycles[charge.subscription_id, str(charge.cycle_start), charge.tariff_id] += 1
            before = results[0].charges.get(event_id)
            changed += before is not None and before.segments != charge.segments
    assert sum(count > 2 for count in cycles.values()) > COUNT / 5
    assert changed > COUNT / 10


def test_bundles_cover_many_events_some_in_part(results: list[Result]) -> None:
    covered = [charge for charge in results[-1].charges.values() if charge.bundle_units]
    assert len(covered) > 2 * COUNT
    assert sum(charge.billable_units != 0 for charge in covered) > COUNT / 4
    of_several = [c for c in covered if len({s.bundle_id for s in c.segments if s.bundle_id}) > 1]
    assert len(of_several) > COUNT / 10


def test_of_numbers_all_lengths_are_kept_and_some_decide(worlds: list[World]) -> None:
    others = {row["counterparty"] for row in all_at_once(worlds)["usage"]}
    numbers = [number for number in map(digits, others) if number.isdigit()]
    assert {len(kept_prefix(number)) for number in numbers} == set(range(10))
    prefixes = {row["prefix"] for row in reference_of(worlds, 0)["destinations"]}
    assert {len(prefix) for prefix in prefixes if prefix.isdigit()} == {5, 6, 7, 8, 9}
    kept = [kept_prefix(number) for number in numbers if len(kept_prefix(number)) == 9]
    assert sum(prefix in prefixes for prefix in kept) > COUNT


def test_the_largest_values_of_the_contract_are_among_them(worlds: list[World]) -> None:
    files = reference_of(worlds, WAVES - 1)
    for name, column, most in (
        ("tariffs", "connection_fee", MOST_MONEY),
        ("tariffs", "min_charge", MOST_MONEY),
        ("tariffs", "max_charge", MOST_MONEY),
        ("tariff_steps", "price", MOST_MONEY),
        ("tariff_steps", "unit_size", MOST_MONEY),
        ("tariff_steps", "flat_fee", MOST_MONEY),
        ("tariff_steps", "increment", MOST_UNITS),
        ("tariff_steps", "from_units", MOST_UNITS),
        ("tariff_steps", "to_units", MOST_UNITS),
        ("bundles", "units", MOST_UNITS),
        ("bundles", "block", MOST_UNITS),
    ):
        assert most in {row[column] for row in files[name]}, column
    usage = {row["quantity"] for row in all_at_once(worlds)["usage"]}
    assert {MOST_UNITS, f"-{MOST_UNITS}", "999999999999999.999999"} <= usage
