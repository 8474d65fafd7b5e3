"""Bundles: numbered, cut at their size, each file with what is known of it, sealed."""

import gzip
import hashlib
import os
from datetime import UTC, datetime
from pathlib import Path

import pyarrow.parquet as pq
import pytest

from ingestion.landing import store
from ingestion.landing.envelope import EnvelopeError
from ingestion.landing.packer import CollectReport
from tests.unit.landing.landing_home import KNOWN_AT, NUMBER, Landing


def test_a_bundle_row_is_all_that_is_known_of_a_file(landing: Landing) -> None:
    delivered = gzip.compress(b"event_id\n" + NUMBER)
    path = landing.put("usage/2026/a.csv.gz", delivered)
    before = datetime.now(UTC)
    report = landing.collect()
    assert report == CollectReport(files=1, size_bytes=len(delivered), bundles=1)
    (row,) = landing.rows()
    assert landing.content(row) == delivered
    assert before <= row["received_at"] <= datetime.now(UTC)
    random = ("received_at", "content", "nonce", "wrapped_key")
    assert {name: value for name, value in row.items() if name not in random} == {
        "bundle_no": 1,
        "bundle_row": 0,
        "feed": "usage",
        "file_name": "2026/a.csv.gz",
        "file_id": hashlib.sha256(delivered).hexdigest(),
        "format": "csv",
        "compression": "gz",
        "size_bytes": len(delivered),
        "most_bytes": 2**20,
        "first_record_id": 2**34,
        "key_id": landing.keyring.active_bundle_key,
        "source_path": "inbox/usage/2026/a.csv.gz",
        "source_mtime_ns": path.stat().st_mtime_ns,
        "reject_reason": None,
        "reject_detail": None,
        "known_at": KNOWN_AT,
    }
    assert os.listdir(landing.settings.bundles) == ["bundle-000000001.parquet"]


def test_each_file_has_ids_for_all_the_records_it_may_hold(landing: Landing) -> None:
    landing.set(max_expansion_ratio=1_000, max_expanded_bytes=2**33)
    landing.put("usage/1.csv", b"event_id\n1\n")
    landing.put("usage/2.csv.gz", gzip.compress(b"event_id\n1\n", mtime=0))
    landing.put("usage/3.csv", b"")
    landing.put("usage/4.csv.gz", gzip.compress(os.urandom(3_000), mtime=0))
    landing.put("usage/5.csv", b"event_id\n1\n")
    landing.collect()
    sizes = [row["size_bytes"] for row in landing.rows()]
    most = [sizes[0], 2**20, 0, sizes[3] * 1_000]
    assert [row["most_bytes"] for row in landing.rows()][:4] == most
    counts = [most[0] // 2 + 1, 2**19 + 1, 0, most[3] // 2 + 1]
    ids = [row["first_record_id"] for row in landing.rows()]
    assert ids == [2**34 + sum(counts[:number]) for number in range(5)]


def test_a_bundle_ends_when_its_record_ids_are_used_up(landing: Landing) -> None:
    landing.set(max_expansion_ratio=2**20, max_expanded_bytes=2**34)
    for number in range(4):
        landing.put(f"usage/{number}.csv.gz", gzip.compress(os.urandom(20_000)))
    assert landing.collect().bundles == 4
    assert [row["first_record_id"] for row in landing.rows()] == [n * 2**34 for n in range(1, 5)]


def test_bundles_are_numbered_on_after_a_lost_journal(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    landing.collect()
    landing.settings.journal_file.unlink()
    landing.put("usage/b.csv", b"event_id\n")
    assert landing.collect().files == 1
    assert [(row["bundle_no"], row["file_name"]) for row in landing.rows()] == [
        (1, "a.csv"),
        (2, "b.csv"),
    ]


def test_bundles_are_cut_at_their_size_and_in_row_groups(landing: Landing) -> None:
    landing.set(bundle_bytes=3_000, row_group_bytes=1_000)
    for number in range(5):
        landing.put(f"usage/{number}.csv", bytes([number]) * 1_000)
    assert landing.collect().bundles == 2
    groups = sorted(
        pq.ParquetFile(file).num_row_groups for file in landing.settings.bundles.iterdir()
    )
    assert groups == [2, 3]


def test_an_unfinished_bundle_is_removed(landing: Landing) -> None:
    landing.settings.unfinished_bundle.parent.mkdir(parents=True)
    landing.settings.unfinished_bundle.write_bytes(b"half")
    landing.put("usage/a.csv", b"event_id\n")
    landing.collect()
    assert [row["file_name"] for row in landing.rows()] == ["a.csv"]
    assert not landing.settings.unfinished_bundle.exists()


def test_killed_after_a_bundle_appeared_the_next_does_not_write_into_it(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    class Killed(BaseException):
        pass

    def kill(folder: Path) -> None:
        raise Killed

    landing.put("usage/a.csv", b"event_id\n")
    with monkeypatch.context() as patch:
        patch.setattr(store, "sync_folder", kill)
        with pytest.raises(Killed):
            landing.collect()
    assert landing.settings.unfinished_bundle.stat().st_nlink == 2
    landing.put("usage/b.csv", b"event_id\n")
    landing.collect()
    assert [row["file_name"] for row in landing.rows()] == ["a.csv", "b.csv"]


def test_a_bundle_is_never_put_in_the_place_of_another(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    bundle = landing.settings.bundles / "bundle-000000001.parquet"
    bundles = store.LocalBundles(landing.settings.bundles)
    landing.collect()
    other = landing.settings.root / "other"
    other.write_bytes(b"other")
    before = bundle.read_bytes()
    with pytest.raises(store.BundleTaken, match="bundle-000000001"):
        bundles.add(1, other)
    assert bundle.read_bytes() == before


def test_an_exchanged_content_does_not_open(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    landing.put("usage/b.csv", b"event_id\n2")
    landing.collect()
    first, second = landing.rows()
    with pytest.raises(EnvelopeError, match="damaged or exchanged"):
        landing.content({**first, "content": second["content"], "nonce": second["nonce"]})


def test_no_number_is_readable_below_landing(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id,subscriber\n1," + NUMBER)
    landing.collect()
    files = [path for path in (landing.settings.root / "landing").rglob("*") if path.is_file()]
    assert len(files) == 2
    assert [path for path in files if NUMBER in path.read_bytes()] == []
