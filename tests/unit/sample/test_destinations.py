"""The reference tables made from numbering data, and the large one for benchmarks."""

import csv
from pathlib import Path

import pytest

from ingestion.settings import PROJECT
from sample.destinations import (
    TooManyPrefixes,
    write_destinations,
    write_roaming_networks,
)
from sample.zones import UNPRICED_ZONE

SEEDS = PROJECT / "seeds"


def table(path: Path) -> list[dict[str, str]]:
    with path.open(newline="") as text:
        return list(csv.DictReader(text))


def test_the_checked_in_tables_are_what_the_module_writes(tmp_path: Path) -> None:
    write_destinations(tmp_path / "destinations.csv")
    write_roaming_networks(tmp_path / "roaming_networks.csv")
    for name in ("destinations.csv", "roaming_networks.csv"):
        assert (tmp_path / name).read_text() == (SEEDS / name).read_text()


def test_170_000_distinct_nested_prefixes(tmp_path: Path) -> None:
    assert write_destinations(tmp_path / "destinations.csv", rows=170_000) == 170_000
    rows = table(tmp_path / "destinations.csv")
    prefixes = {row["prefix"] for row in rows}
    assert len(rows) == len(prefixes) == 170_000
    assert all(prefix.isdigit() and len(prefix) <= 9 for prefix in prefixes)
    nested = [p for p in prefixes if any(p[:n] in prefixes for n in range(1, len(p)))]
    assert len(nested) > 160_000
    assert {row["zone"] for row in rows} == {
        row["zone"] for row in table(SEEDS / "destinations.csv")
    }


def test_more_prefixes_than_are_known_are_refused(tmp_path: Path) -> None:
    with pytest.raises(TooManyPrefixes, match="rows = 10000000, allowed 1 to"):
        write_destinations(tmp_path / "destinations.csv", rows=10_000_000)


def test_every_zone_but_the_unpriced_one_has_a_default_tariff_for_voice_and_sms() -> None:
    zones = {row["zone"] for row in table(SEEDS / "destinations.csv")}
    for service in ("voice", "sms"):
        priced = {
            row["destination_zone"]
            for row in table(SEEDS / "tariffs.csv")
            if (row["plan_id"], row["service"], row["roaming_zone"]) == ("*", service, "home")
        }
        assert zones - priced == {UNPRICED_ZONE}


@pytest.mark.parametrize(
    ("prefix", "zone"),
    [
        ("43", "austria"),
        ("43676", "austria_mobile"),
        ("1", "north_america"),
        ("1876", "caribbean"),
        ("77", "asia"),
        ("977", "asia"),
        ("53", "restricted"),
        ("881", "satellite"),
    ],
)
def test_well_known_prefixes_lie_in_their_zones(prefix: str, zone: str) -> None:
    zones = {row["prefix"]: row["zone"] for row in table(SEEDS / "destinations.csv")}
    assert zones[prefix] == zone
