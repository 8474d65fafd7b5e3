import gzip
import hashlib
import os
from collections.abc import Callable
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest

from ingestion.keys import Keyring, create_keyring, load_keyring
from ingestion.landing import collect as collecting
from ingestion.landing.bundle import content_label
from ingestion.landing.collect import CollectReport, collect
from ingestion.landing.envelope import EnvelopeError, stored_envelope
from ingestion.settings import Settings

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
NUMBER = b"491711234567"


class Landing:
    """A home whose inbox a test fills."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        create_keyring(self.settings.keyring_file)
        self.keyring: Keyring = load_keyring(self.settings.keyring_file)

    def put(self, name: str, content: bytes) -> Path:
        path = self.settings.inbox_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)
        return path

    def set(self, **values: Any) -> None:
        self.settings = Settings(home=self.settings.home, **values)

    def collect(self, run_id: int = 1) -> CollectReport:
        return collect(self.settings, self.keyring, run_id=run_id, known_at=KNOWN_AT)

    def rows(self) -> list[dict[str, Any]]:
        files = sorted(self.settings.bundles.glob("*.parquet"))
        return [row for file in files for row in pq.read_table(file).to_pylist()]

    def content(self, row: dict[str, Any]) -> bytes:
        envelope = stored_envelope(self.keyring, row["key_id"], row["wrapped_key"])
        label = content_label(row["feed"], row["file_name"], row["file_id"])
        return envelope.open(row["nonce"], row["content"], label)


@pytest.fixture
def landing(tmp_path: Path) -> Landing:
    return Landing(tmp_path / "home")


def test_a_bundle_row_is_all_that_is_known_of_a_file(landing: Landing) -> None:
    delivered = gzip.compress(b"event_id\n" + NUMBER)
    path = landing.put("usage/2026/a.csv.gz", delivered)
    before = datetime.now(UTC)
    report = landing.collect(run_id=7)
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
        "run_id": 7,
    }
    assert os.listdir(landing.settings.bundles) == ["bundle-000000001.parquet"]


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


def test_what_is_left_in_the_inbox_is_named_with_the_reason(
    landing: Landing, tmp_path: Path
) -> None:
    for name in ("usage/a.csv.tmp", "usage/b.csv.PART", "usage/.hidden.csv", "cdr/x.csv", "y.csv"):
        landing.put(name, b"event_id\n")
    outside = tmp_path / "secret.csv"
    outside.write_bytes(b"event_id\n")
    inbox = landing.settings.inbox_folder
    (inbox / "usage/link.csv").symlink_to(outside)
    (inbox / "usage/loop").symlink_to(inbox)
    (inbox / "usage/dangling.csv").symlink_to(inbox / "nothing")
    os.mkfifo(inbox / "usage/pipe.csv")
    unfinished = "its name says that it is hidden or still being written"
    link = "a link out of the inbox or to a folder; it is not followed"
    feeds = "usage, account, action, payment"
    assert landing.collect() == CollectReport(
        skipped=[
            ("cdr", f"an unknown feed folder; allowed: {feeds}"),
            ("y.csv", f"a file outside the feed folders; allowed folders: {feeds}"),
            ("usage/.hidden.csv", unfinished),
            ("usage/a.csv.tmp", unfinished),
            ("usage/b.csv.PART", unfinished),
            ("usage/dangling.csv", link),
            ("usage/link.csv", link),
            ("usage/loop", link),
            ("usage/pipe.csv", "no regular file"),
        ]
    )


def test_a_name_with_control_characters_is_recorded_and_reported_escaped(
    landing: Landing,
) -> None:
    landing.put("usage/a\n\x1b[31m.csv", b"event_id\n")
    landing.put(os.fsdecode(b"usage/\xff.csv"), b"event_id\n1")
    report = landing.collect()
    shown = ["a\\n\\x1b[31m.csv", "\\xff.csv"]
    assert [row["file_name"] for row in landing.rows()] == shown
    assert [name for name, _ in report.renamed] == [f"usage/{name}" for name in shown]


def test_a_file_that_changes_while_it_is_read_is_left_for_the_next_run(
    landing: Landing, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = landing.put("usage/a.csv", b"event_id\n")
    list_first = collecting.walk

    def walk_then_grow(*args: Any, **kwargs: Any) -> Any:
        found = list(list_first(*args, **kwargs))
        path.write_bytes(b"event_id\n1\n")
        return found

    monkeypatch.setattr(collecting, "walk", walk_then_grow)
    report = landing.collect()
    monkeypatch.undo()
    assert (report.files, landing.rows()) == (0, [])
    ((name, reason),) = report.skipped
    assert name == "usage/a.csv"
    assert reason == "it changed while it was collected (9 bytes when listed, 11 now)"
    assert landing.collect().files == 1


def test_a_file_that_changed_just_now_waits_when_so_set(landing: Landing) -> None:
    landing.set(quiet_seconds=60)
    path = landing.put("usage/a.csv", b"event_id\n")
    assert landing.collect().skipped == [("usage/a.csv", "changed less than 60 seconds ago")]
    os.utime(path, (1, 1))
    assert landing.collect().files == 1


def test_bundles_are_cut_at_their_size_and_in_row_groups(landing: Landing) -> None:
    landing.set(bundle_bytes=3_000, row_group_bytes=1_000)
    for number in range(5):
        landing.put(f"usage/{number}.csv", bytes([number]) * 1_000)
    assert landing.collect().bundles == 2
    groups = sorted(
        pq.ParquetFile(file).num_row_groups for file in landing.settings.bundles.iterdir()
    )
    assert groups == [2, 3]


class Killed(BaseException):
    pass


def kill(*_: Any, **__: Any) -> None:
    raise Killed


def killed_at(landing: Landing, monkeypatch: pytest.MonkeyPatch, name: str) -> None:
    target: Callable[..., Any] = getattr(collecting, name.split(".")[0])
    with monkeypatch.context() as patch:
        if "." in name:
            patch.setattr(target, name.split(".")[1], kill)
        else:
            patch.setattr(collecting, name, kill)
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


def test_an_unfinished_bundle_is_removed(landing: Landing) -> None:
    landing.settings.bundles.mkdir(parents=True)
    (landing.settings.bundles / ".bundle-000000001.parquet").write_bytes(b"half")
    landing.collect()
    assert os.listdir(landing.settings.bundles) == []


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
