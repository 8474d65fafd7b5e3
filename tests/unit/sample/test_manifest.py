"""The manifest, held against a plain reading of the files that were written."""

import hashlib
import json
from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from sample import generate
from sample.troubles import CUT_SHORT, RATES, UNREADABLE
from tests.unit.sample.plain_reading import (
    Delivered,
    disposed,
    plan_of,
    rows_of,
    stated,
    summed,
    text_of,
)


@pytest.fixture(scope="module", params=[(60, 1_500), (300, 12_000)])
def home(tmp_path_factory: pytest.TempPathFactory, request: pytest.FixtureRequest) -> Path:
    folder = tmp_path_factory.mktemp("home")
    subscribers, events = request.param
    generate(folder, subscribers=subscribers, events=events, seed=11)
    return folder


@pytest.fixture(scope="module")
def manifest(home: Path) -> dict[str, Any]:
    return json.loads((home / "generated" / "manifest.json").read_text())


BROKEN = {
    "usage_cut_off.csv.gz",
    "usage_empty.csv",
    "usage_missing_column.csv",
    "usage_plain_text.csv.gz",
}


def test_every_file_is_in_the_manifest_with_its_hash_and_records(
    home: Path, manifest: dict[str, Any]
) -> None:
    listed = {f"{entry['feed']}/{entry['name']}": entry for entry in manifest["files"]}
    inbox = home / "inbox"
    paths = {str(p.relative_to(inbox)): p for p in inbox.rglob("*") if p.is_file()}
    assert listed.keys() == paths.keys()
    for name, path in paths.items():
        content = path.read_bytes()
        assert listed[name]["sha256"] == hashlib.sha256(content).hexdigest()
        assert listed[name]["size_bytes"] == len(content)
        if listed[name]["status"] == "loaded":
            assert listed[name]["records"] == sum(1 for _ in rows_of(path))


def test_dispositions_of_the_inbox_are_those_of_a_plain_reading(
    home: Path, manifest: dict[str, Any]
) -> None:
    delivered = Delivered([home / "inbox"], BROKEN)
    assert summed(disposed(delivered)) == stated(manifest["expected"])
    assert manifest["expected"]["records"] == len(delivered.readable)


def test_dispositions_after_the_late_delivery_are_those_of_a_plain_reading(
    home: Path, manifest: dict[str, Any]
) -> None:
    delivered = Delivered([home / "inbox", home / "generated" / "late"], BROKEN)
    assert summed(disposed(delivered)) == stated(manifest["expected_after_late"])


def test_dispositions_after_redelivery_are_those_of_a_plain_reading(
    home: Path, manifest: dict[str, Any]
) -> None:
    folders = [home / "inbox", home / "generated" / "late"]
    delivered = Delivered(folders, BROKEN)
    whole = Delivered([home / "generated" / "redelivered"])
    delivered.readable += whole.readable
    assert len(whole.readable) == manifest["lost_until_redelivered"]["records"]
    assert summed(disposed(delivered)) == stated(manifest["expected_after_redelivery"])


def test_received_is_rejected_plus_disposed(home: Path, manifest: dict[str, Any]) -> None:
    delivered = Delivered([home / "inbox"], BROKEN)
    usage = manifest["received"]["usage"]
    assert usage["records"] == usage["rejected_records"] + manifest["expected"]["records"]
    assert usage["rejected_records"] == sum(manifest["rejected_records"].values())
    assert usage["rejected_records"] == delivered.rejected.total()
    assert {
        f["name"]: f["rejected_records"] for f in manifest["files"] if f["rejected_records"]
    } == {name: count for name, count in delivered.rejected.items() if count}


def test_duplicate_files_are_copies_and_broken_ones_cannot_be_read(
    home: Path, manifest: dict[str, Any]
) -> None:
    hashes = Counter(entry["sha256"] for entry in manifest["files"])
    assert manifest["duplicate_files"] == sum(count - 1 for count in hashes.values())
    assert manifest["duplicate_files"] == manifest["planted"]["duplicate_file"] >= 2
    assert {e["name"] for e in manifest["files"] if e["status"] == "rejected"} == BROKEN
    with pytest.raises(EOFError):
        text_of(home / "inbox" / "usage" / "usage_cut_off.csv.gz")


def test_at_least_a_few_of_each_trouble_are_planted(manifest: dict[str, Any]) -> None:
    planted = manifest["planted"]
    assert {name: planted.get(name, 0) for name in RATES if planted.get(name, 0) < 3} == {}
    assert {f"unreadable_{name}" for name in (*UNREADABLE, CUT_SHORT)} <= planted.keys()


def test_content_in_pounds_is_charged_as_its_one_price_says(
    home: Path, manifest: dict[str, Any]
) -> None:
    """0.99 a unit, without bundles or steps; what has these is held against the oracle."""
    delivered = Delivered([home / "inbox"], BROKEN)
    units = [
        int(row["quantity"])
        for row, disposition, _ in disposed(delivered)
        if (disposition, row["service"]) == ("rated", "content")
        and plan_of(row, delivered).startswith("gbp_")
    ]
    cents = 99 * sum(units)
    assert manifest["expected"]["charges"]["content"]["GBP"] == {
        "events": len(units),
        "charge_amount": f"{cents // 100}.{cents % 100:02d}0000",
    }


def test_payments_sum_to_what_is_stated(home: Path, manifest: dict[str, Any]) -> None:
    cents: dict[str, Counter[str]] = {}
    for row in Delivered([home / "inbox"], BROKEN).feed("payment"):
        whole, rest = row["amount"].split(".")
        cents.setdefault(row["currency"], Counter())[row["kind"]] += int(whole) * 100 + int(rest)
    assert manifest["payments"] == {
        currency: {kind: f"{c // 100}.{c % 100:02d}" for kind, c in sorted(kinds.items())}
        for currency, kinds in sorted(cents.items())
    }
