"""What is left in the inbox, and why."""

import os
from pathlib import Path
from typing import Any

import pytest

from ingestion.landing import collect as collecting
from ingestion.landing.packer import CollectReport
from tests.unit.landing.landing_home import Landing


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
