"""Bundles in, records out, as one task of the engine does it."""

import gzip
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from ingestion.keys import create_keyring, load_keyring
from ingestion.lake import scratch
from ingestion.landing import compression
from ingestion.landing.collect import collect
from ingestion.landing.compression import limits
from ingestion.raw.byproducts import written
from ingestion.raw.decode import INPUT_COLUMNS, Decoding
from ingestion.settings import Settings

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
HEADER = "event_id,service,subscriber,started_at,quantity\n"
LINE = "{},data,491711234567,2026-03-01T08:00:00Z,1\n"


class Task:
    """A home, and what a task makes of the usage files in its inbox."""

    def __init__(self, home: Path) -> None:
        self.settings = Settings(home=home)
        create_keyring(self.settings.keyring_file)
        self.keyring = load_keyring(self.settings.keyring_file)

    def put(self, name: str, content: bytes) -> None:
        path = self.settings.inbox_folder / "usage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content)

    def bundles(self) -> pa.Table:
        collect(self.settings, self.keyring, known_at=KNOWN_AT)
        return pq.read_table(self.settings.bundles)

    def decode(self, bundles: pa.Table, **given: Any) -> list[dict[str, Any]]:
        decoding = Decoding(
            feed_name="usage",
            keyring=self.keyring,
            byproducts=scratch(self.settings),
            limits=limits(self.settings),
            repeated=frozenset(),
        )
        batches: Iterator[pa.RecordBatch] = iter(bundles.select(INPUT_COLUMNS).to_batches())
        decoded = replace(decoding, **given)(batches)
        return [row for batch in decoded for row in batch.to_pylist()]

    def byproducts(self, kind: str) -> list[dict[str, Any]]:
        paths = written(scratch(self.settings), kind)
        return [row for path in paths for row in pq.read_table(path).to_pylist()]


@pytest.fixture
def task(tmp_path: Path) -> Task:
    return Task(tmp_path / "home")


def text(*events: str) -> bytes:
    return (HEADER + "".join(LINE.format(event) for event in events)).encode()


def test_a_record_has_the_id_that_its_file_and_number_give_it(task: Task) -> None:
    task.put("a.csv", text("a-1", "a-2"))
    task.put("b.csv.gz", gzip.compress(text("b-1")))
    bundles = task.bundles()
    first, second = bundles["first_record_id"].to_pylist()
    rows = [(row["event_id"], row["record_id"], row["known_at"]) for row in task.decode(bundles)]
    assert rows == [
        ("a-1", first + 1, KNOWN_AT),
        ("a-2", first + 2, KNOWN_AT),
        ("b-1", second + 1, KNOWN_AT),
    ]


@pytest.mark.parametrize(
    ("content", "reason", "words"),
    [
        (gzip.compress(text("x"), mtime=0)[:-8], "truncated_gz", "end mark is missing"),
        (gzip.compress(text("x") + bytes(10**8), mtime=0), "expands_too_far", "allowed: 200 times"),
        (gzip.compress(text("x"), mtime=0) + b"more", "corrupt_gz", "other bytes"),
        (b"event_id\n1\n", "not_gz", "begins with text"),
        (gzip.compress(b"event_id\n1\n", mtime=0), "missing_columns", "the header has no service"),
    ],
)
@pytest.mark.parametrize("kept", [100, compression.KEPT_BYTES])
def test_of_a_file_that_cannot_be_read_whole_nothing_is_loaded(
    task: Task, monkeypatch: pytest.MonkeyPatch, content: bytes, reason: str, words: str, kept: int
) -> None:
    monkeypatch.setattr(compression, "KEPT_BYTES", kept)
    task.put("bad.csv.gz", content)
    task.put("good.csv", text("g"))
    assert [row["event_id"] for row in task.decode(task.bundles())] == ["g"]
    bad, good = task.byproducts("outcomes")
    assert (bad["status"], bad["reason"], bad["records"]) == ("rejected", reason, 0)
    assert words in bad["detail"]
    assert (good["status"], good["records"]) == ("loaded", 1)


def test_a_file_expands_no_further_than_its_bundle_gave_it_ids_for(task: Task) -> None:
    task.settings = Settings(home=task.settings.home, max_expanded_bytes=10_000)
    task.put("a.csv.gz", gzip.compress(text(*"abc") + b"\n" * 20_000))
    bundles = task.bundles()
    raised = limits(Settings(max_expanded_bytes=10**9, max_expansion_ratio=10**6))
    assert task.decode(bundles, limits=raised) == []
    assert [row["reason"] for row in task.byproducts("outcomes")] == ["expands_too_far"]


def test_files_whose_bytes_are_loaded_from_elsewhere_are_not_decoded(task: Task) -> None:
    task.put("a.csv", text("a"))
    task.put("b.csv", text("b"))
    rows = task.decode(task.bundles(), repeated=frozenset([(1, 0)]))
    assert [row["event_id"] for row in rows] == ["b"]
    assert [row["bundle_row"] for row in task.byproducts("outcomes")] == [1]


def test_a_repeated_task_writes_the_same_files_again(task: Task) -> None:
    task.put("a.csv", text("a", "a") + b"x\n")
    bundles = task.bundles()
    first = task.decode(bundles)
    kinds = ("rejects", "numbers", "outcomes")
    names = {kind: written(scratch(task.settings), kind) for kind in kinds}
    rows = {kind: task.byproducts(kind) for kind in kinds}
    assert task.decode(bundles) == first
    assert {kind: written(scratch(task.settings), kind) for kind in kinds} == names
    assert {kind: task.byproducts(kind) for kind in kinds} == rows
    assert [len(rows[kind]) for kind in kinds] == [1, 1, 1]


def test_a_task_that_gets_no_file_leaves_nothing(task: Task) -> None:
    task.put("a.csv", text("a"))
    assert task.decode(task.bundles().slice(0, 0)) == []
    assert [written(scratch(task.settings), kind) for kind in ("rejects", "outcomes")] == [[], []]
