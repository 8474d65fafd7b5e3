"""Collect: every file of the inbox once, whatever happens on the way."""

import gzip
import hashlib
import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ingestion.landing import packer
from ingestion.landing.packer import CollectReport
from ingestion.lock import HomeIsBusy, alone
from ingestion.settings import Settings
from tests.unit.landing.landing_home import Landing


def test_every_feed_format_and_compression_is_taken(landing: Landing) -> None:
    names = {
        "account/a.csv": ("csv", "none"),
        "action/b.jsonl": ("jsonl", "none"),
        "payment/c.JSONL.GZ": ("jsonl", "gz"),
        "usage/d.CSV": ("csv", "none"),
    }
    for name, (_, compression) in names.items():
        landing.put(name, gzip.compress(b"x") if compression == "gz" else b"x")
    landing.collect()
    found = {
        f"{r['feed']}/{r['file_name']}": (r["format"], r["compression"]) for r in landing.rows()
    }
    assert found == names


@pytest.mark.parametrize(
    ("name", "content", "reason"),
    [
        ("a.csv", b"", "empty_file"),
        ("a.csv.gz", b"", "empty_file"),
        ("a.csv.gz", b"event_id,service\n", "not_gz"),
        ("a.csv.zst", b"event_id,service\n", "not_zst"),
        ("a.csv", gzip.compress(b"event_id\n", mtime=0), "unexpected_compression"),
        ("a.xlsx", b"event_id\n", "unknown_format"),
        ("a", b"event_id\n", "unknown_format"),
        ("csv", b"event_id\n", "unknown_format"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_kept_with_the_reason(
    landing: Landing, name: str, content: bytes, reason: str
) -> None:
    landing.put(f"usage/{name}", content)
    landing.put("usage/good.csv", b"event_id\n")
    landing.collect()
    refused, good = sorted(landing.rows(), key=lambda row: row["file_name"] == "good.csv")
    assert (refused["reject_reason"], good["reject_reason"]) == (reason, None)
    assert "allowed" in refused["reject_detail"] or reason == "unexpected_compression"
    assert landing.content(refused) == content


@pytest.mark.parametrize(
    "content", [gzip.compress(b"event_id\n", mtime=0)[:-8], gzip.compress(bytes(10**8), mtime=0)]
)
def test_what_is_inside_a_compressed_file_is_left_for_decoding(
    landing: Landing, content: bytes
) -> None:
    landing.put("usage/a.csv.gz", content)
    landing.collect()
    (row,) = landing.rows()
    assert (row["reject_reason"], landing.content(row)) == (None, content)


def test_a_file_that_is_too_large_is_recorded_without_content_and_stays(landing: Landing) -> None:
    landing.set(max_file_bytes=10, after_collect="delete")
    path = landing.put("usage/large.csv", b"x" * 11)
    landing.collect()
    (row,) = landing.rows()
    assert (row["content"], row["reject_reason"]) == (None, "file_too_large")
    assert row["reject_detail"] == "the file has 11 bytes; allowed: at most 10"
    assert row["file_id"] == hashlib.sha256(b"x" * 11).hexdigest()
    assert path.exists()
    assert landing.collect().files == 0


def test_collecting_again_takes_nothing_twice(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    assert landing.collect().files == 1
    assert landing.collect() == CollectReport()
    assert len(landing.rows()) == 1


def test_the_same_bytes_under_another_name_or_delivered_anew_are_taken(landing: Landing) -> None:
    path = landing.put("usage/a.csv", b"event_id\n")
    landing.collect()
    landing.put("usage/b.csv", b"event_id\n")
    os.utime(path, ns=(1, 1))
    landing.collect()
    assert [row["file_name"] for row in landing.rows()].count("a.csv") == 2
    assert len({row["file_id"] for row in landing.rows()}) == 1


def test_a_moved_home_takes_nothing_twice(landing: Landing, tmp_path: Path) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    landing.collect()
    landing.settings.root.rename(tmp_path / "moved")
    landing.settings = Settings(home=tmp_path / "moved")
    assert landing.collect().files == 0


def test_a_collected_source_is_deleted_when_so_set(landing: Landing) -> None:
    landing.set(after_collect="delete")
    path = landing.put("usage/a.csv", b"event_id\n")
    landing.collect()
    assert not path.exists()
    assert len(landing.rows()) == 1


class Killed(BaseException):
    pass


def kill(*_: Any, **__: Any) -> None:
    raise Killed


def killed_at(landing: Landing, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    target: Callable[..., Any] = getattr(packer, name.split(".")[0])
    with monkeypatch.context() as patch:
        if "." in name:
            patch.setattr(target, name.split(".")[1], kill)
        else:
            patch.setattr(packer, name, kill)
        with pytest.raises(Killed):
            landing.collect()


@pytest.mark.parametrize(
    "moment", ["take", "BundleWriter.close", "Journal.add", "acknowledge", "Journal.forget"]
)
def test_killed_at_any_moment_and_started_again_every_file_is_there_once(
    landing: Landing, monkeypatch: pytest.MonkeyPatch, moment: str
) -> None:
    landing.set(after_collect="delete")
    path = landing.put("usage/a.csv", b"event_id\n")
    killed_at(landing, monkeypatch, moment)
    landing.collect()
    assert landing.collect() == CollectReport()
    assert [row["file_name"] for row in landing.rows()] == ["a.csv"]
    assert not path.exists()


def test_two_that_collect_at_once_are_one_too_many(landing: Landing) -> None:
    landing.put("usage/a.csv", b"event_id\n")
    with (
        alone(landing.settings.collect_lock, "collects into"),
        pytest.raises(
            HomeIsBusy,
            match=f"process {os.getpid()} .* collects into {landing.settings.root}; wait",
        ),
    ):
        landing.collect()
    assert landing.collect().files == 1
