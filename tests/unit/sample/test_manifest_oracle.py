"""The manifest's charges and bundle units, held against the oracle's rating of the same files."""

from collections import Counter, defaultdict
from datetime import UTC, datetime
from decimal import Decimal
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest

from ingestion.settings import PROJECT
from sample import generate
from tests.oracle.rating import Charge, rate
from tests.oracle.records import Delivered, Knowledge
from tests.oracle.reference import Reference
from tests.unit.sample.plain_reading import is_readable, rows_of

COLLECTED_AT = datetime(2026, 11, 1, tzinfo=UTC)
DELIVERIES = ("expected", "expected_after_late", "expected_after_redelivery")


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def manifest(home: Path) -> dict[str, Any]:
    return generate(home, subscribers=300, events=6_000, seed=7)


@pytest.fixture(scope="module", params=DELIVERIES)
def delivery(request: pytest.FixtureRequest) -> str:
    return request.param


@pytest.fixture(scope="module")
def charges(home: Path, manifest: dict[str, Any], delivery: str) -> list[Charge]:
    """What the oracle charges once the inbox, and perhaps later deliveries, are known."""
    generated = home / "generated"
    folders = [(home / "inbox", manifest["files"])]
    later = [(generated / "late", manifest["late_files"])]
    later += [(generated / "redelivered", [manifest["lost_until_redelivered"]])]
    folders += later[: DELIVERIES.index(delivery)]
    found = [
        row
        for folder, files in folders
        for entry in files
        if entry["status"] == "loaded"
        for row in delivered(folder / entry["feed"] / entry["name"], entry)
    ]
    reference = Reference.read(PROJECT / "seeds")
    return list(rate(found, reference).charges.values())


def delivered(path: Path, entry: dict[str, Any]) -> list[Delivered]:
    return [
        Delivered(entry["feed"], row, Knowledge(COLLECTED_AT, entry["sha256"], record_no))
        for record_no, row in enumerate(rows_of(path), start=1)
        if row is not None and (entry["feed"] != "usage" or is_readable(row))
    ]


def test_each_service_is_charged_to_the_last_digit(
    charges: list[Charge], manifest: dict[str, Any], delivery: str
) -> None:
    sums: dict[tuple[str, str], list[Fraction]] = defaultdict(list)
    for charge in charges:
        sums[charge.service, charge.currency].append(charge.charge_amount)
    stated = {
        (service, currency): (entry["events"], Fraction(Decimal(entry["charge_amount"])))
        for service, currencies in manifest[delivery]["charges"].items()
        for currency, entry in currencies.items()
    }
    assert {key for key, amounts in sums.items() if key[0] != "voice"} == stated.keys()
    assert {key: (len(sums[key]), sum(sums[key])) for key in stated} == stated


def test_each_bundle_gives_the_units_stated(
    charges: list[Charge], manifest: dict[str, Any], delivery: str
) -> None:
    units: dict[str, Fraction] = defaultdict(Fraction)
    for charge in charges:
        for segment in charge.segments:
            if segment.bundle_id is not None:
                units[segment.bundle_id] += segment.billed_units
    assert {name: str(taken) for name, taken in units.items()} == manifest[delivery]["bundle_units"]


def test_every_bundle_on_offer_is_used(manifest: dict[str, Any]) -> None:
    offered = {row["bundle_id"] for row in Reference.read(PROJECT / "seeds").rows("bundles")}
    assert manifest["expected"]["bundle_units"].keys() == offered


def test_as_many_events_are_covered_as_stated(
    charges: list[Charge], manifest: dict[str, Any], delivery: str
) -> None:
    counts: Counter[tuple[str, str]] = Counter(
        (charge.service, "partly" if charge.billable_units else "fully")
        for charge in charges
        if charge.bundle_units
    )
    stated = manifest[delivery]["covered_events"]
    assert {
        service: {how: counts[service, how] for how in ("fully", "partly")} for service in stated
    } == stated
