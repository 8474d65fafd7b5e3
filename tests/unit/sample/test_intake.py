"""What the manifest says of files and unreadable records is what the intake makes of them."""

from collections import Counter
from pathlib import Path
from typing import Any

import pytest

from ingestion.formats.decoders import DECODERS
from ingestion.formats.feeds import FEEDS
from ingestion.landing.compression import Limits, expand
from ingestion.landing.rejection import FileRejected
from sample import generate

LIMITS = Limits(expanded_bytes=4 * 1024**3, ratio=200)


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return tmp_path_factory.mktemp("home")


@pytest.fixture(scope="module")
def manifest(home: Path) -> dict[str, Any]:
    return generate(home, subscribers=100, events=4_000, seed=3)


def taken_in(path: Path, feed: str) -> tuple[str | None, int, Counter[str]]:
    """The file's reject reason, its records, and the reasons of its rejected records."""
    kind, *packed = path.suffixes
    decoding = DECODERS[kind.removeprefix(".")](FEEDS[feed])
    compression = packed[0].removeprefix(".") if packed else "none"
    reasons: Counter[str] = Counter()
    records = 0
    try:
        for block in decoding.decode(expand(path.read_bytes(), compression, LIMITS)):
            reasons.update(reject.reason for reject in block.rejects)
            records += block.records.num_rows + len(block.rejects)
    except FileRejected as refused:
        return refused.reason, 0, Counter()
    return None, records, reasons


def test_every_file_is_taken_in_or_rejected_as_stated(home: Path, manifest: dict[str, Any]) -> None:
    for entry in manifest["files"]:
        if entry["status"] == "duplicate":
            continue
        path = home / "inbox" / entry["feed"] / entry["name"]
        reason, records, rejects = taken_in(path, entry["feed"])
        assert (reason, records, rejects.total()) == (
            entry["reason"],
            entry["records"],
            entry["rejected_records"],
        ), entry["name"]


def test_every_unreadable_record_gets_the_code_stated(home: Path, manifest: dict[str, Any]) -> None:
    found: Counter[str] = Counter()
    for entry in manifest["files"]:
        if entry["status"] == "loaded":
            found += taken_in(home / "inbox" / entry["feed"] / entry["name"], entry["feed"])[2]
    assert dict(found) == manifest["rejected_records"]
    assert found.total() > 0


def test_later_deliveries_have_nothing_to_reject(home: Path, manifest: dict[str, Any]) -> None:
    whole = manifest["lost_until_redelivered"]
    later = [("late", entry) for entry in manifest["late_files"]] + [("redelivered", whole)]
    for folder, entry in later:
        path = home / "generated" / folder / entry["feed"] / entry["name"]
        assert taken_in(path, entry["feed"]) == (None, entry["records"], Counter())
