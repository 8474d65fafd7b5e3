"""Loads that follow each other on one home: each thing once, whatever came before."""

import gzip
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from ingestion.engine import engine
from ingestion.failures import Failure
from ingestion.keys import create_keyring, load_keyring
from ingestion.lake import scratch
from ingestion.landing.collect import collect
from ingestion.raw.conservation import NotConserved, check_conservation
from ingestion.raw.load import BundleDamaged, LoadReport, load
from ingestion.settings import Settings

FIRST = datetime(2026, 11, 1, tzinfo=UTC)
HEADER = "event_id,service,subscriber,started_at,quantity\n"


class Operator:
    """A home with a session on it, to deliver usage to and load it from."""

    def __init__(self, spark: SparkSession, settings: Settings) -> None:
        self.spark = spark
        self.settings = settings
        self.keyring = load_keyring(settings.keyring_file)

    def deliver(self, name: str, *events: tuple[str, str]) -> None:
        path = self.settings.inbox_folder / "usage" / name
        path.parent.mkdir(parents=True, exist_ok=True)
        lines = [f"{event},x,{number},2026-03-01T08:00:00Z,1\n" for event, number in events]
        path.write_text(HEADER + "".join(lines))

    def collect(self, known_at: datetime = FIRST) -> None:
        collect(self.settings, self.keyring, known_at=known_at)

    def load(self, run_id: int, **known: datetime) -> LoadReport:
        return load(self.spark, self.settings, self.keyring, run_id=run_id, **known)

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        found = self.spark.table(table).select(*columns).orderBy(*columns).collect()
        return [tuple(row) for row in found]

    @property
    def bundle(self) -> Path:
        (path,) = self.settings.bundles.glob("*.parquet")
        return path


@pytest.fixture
def operator(tmp_path: Path) -> Iterator[Operator]:
    settings = Settings(home=tmp_path)
    create_keyring(settings.keyring_file)
    with engine(settings) as spark:
        yield Operator(spark, settings)


def test_each_load_takes_what_is_new_under_its_own_run(operator: Operator) -> None:
    operator.deliver("a.csv", ("a", "491711"), ("b", "491712"))
    operator.collect()
    operator.load(1)
    operator.deliver("again.csv", ("a", "491711"), ("b", "491712"))
    operator.deliver("c.csv", ("c", "491712"), ("d", "491713"))
    operator.collect()
    report = operator.load(2)
    assert report.feeds["usage"].files == {"duplicate": 1, "loaded": 1}
    assert operator.rows("raw.usage", "event_id", "run_id", "record_id") == [
        ("a", 1, 2**34 + 1),
        ("b", 1, 2**34 + 2),
        ("c", 2, 2 * 2**34 + len_of(operator, "again.csv") // 2 + 1 + 1),
        ("d", 2, 2 * 2**34 + len_of(operator, "again.csv") // 2 + 1 + 2),
    ]
    assert operator.rows("raw.source_files", "file_name", "status", "run_id", "bundle_no") == [
        ("a.csv", "loaded", 1, 1),
        ("again.csv", "duplicate", 2, 2),
        ("c.csv", "loaded", 2, 2),
    ]
    tokens = [row[0] for row in operator.rows("vault.numbers", "token")]
    assert len(tokens) == len(set(tokens)) == 3


def len_of(operator: Operator, name: str) -> int:
    return (operator.settings.inbox_folder / "usage" / name).stat().st_size


def test_the_same_bytes_are_refused_for_the_same_reason_each_time(operator: Operator) -> None:
    folder = operator.settings.inbox_folder / "usage"
    folder.mkdir(parents=True)
    cut = gzip.compress(HEADER.encode())[:-4]
    for run_id, names in enumerate((("a", "b"), ("c",)), 1):
        for name in names:
            (folder / f"{name}.csv.gz").write_bytes(cut)
        operator.collect()
        operator.load(run_id)
    told = f"the gz stream is cut: its end mark is missing after {len(cut)} bytes"
    assert operator.rows("raw.source_files", "file_name", "status", "reason", "detail") == [
        (f"{name}.csv.gz", "rejected", "truncated_gz", told) for name in "abc"
    ]


def test_what_a_killed_run_collected_is_loaded_by_the_next(operator: Operator) -> None:
    later = FIRST + timedelta(days=1)
    operator.deliver("a.csv", ("a", "1"))
    operator.collect(known_at=FIRST)
    operator.deliver("b.csv", ("b", "1"))
    operator.collect(known_at=later)
    operator.load(3, known_at=FIRST + timedelta(hours=1))
    rows = operator.rows("raw.usage", "event_id", "run_id", "known_at")
    assert [(event, run, when.astimezone(UTC)) for event, run, when in rows] == [
        ("a", 3, FIRST),
        ("b", 3, FIRST + timedelta(hours=1)),
    ]
    assert operator.rows("raw.source_files", "known_at") == [(row[2],) for row in rows]


def test_what_the_last_run_did_not_see_is_known_since_the_next(operator: Operator) -> None:
    last, now = FIRST + timedelta(hours=1), FIRST + timedelta(hours=2)
    operator.deliver("a.csv", ("a", "1"))
    operator.collect(known_at=last)
    operator.deliver("b.csv", ("b", "1"))
    operator.collect(known_at=last + timedelta(seconds=1))
    operator.load(2, known_at=now, known_before=last)
    rows = operator.rows("raw.usage", "event_id", "known_at")
    assert [(event, when.astimezone(UTC)) for event, when in rows] == [
        ("a", now),
        ("b", last + timedelta(seconds=1)),
    ]


def test_leftovers_of_a_killed_load_are_no_part_of_the_next(operator: Operator) -> None:
    for kind in ("rejects", "numbers", "outcomes"):
        folder = operator.settings.scratch / "load" / kind
        folder.mkdir(parents=True)
        pq.write_table(pa.table({"token": ["stale"]}), folder / f"{1:020d}.parquet")
    operator.deliver("a.csv", ("a", "1"))
    operator.collect()
    assert operator.load(1).feeds["usage"].records == 1
    assert len(operator.rows("vault.numbers", "token")) == 1
    assert scratch(operator.settings).sizes() == {}


def test_missing_records_are_told_by_file_in_one_sentence(operator: Operator) -> None:
    operator.deliver("a.csv", ("a", "1"), ("b", "1"))
    operator.collect()
    operator.load(1)
    operator.spark.sql("delete from raw.usage where event_id = 'b'").collect()
    with pytest.raises(NotConserved) as told:
        check_conservation(operator.spark, 1)
    assert isinstance(told.value, Failure)
    assert str(told.value) == (
        "usage/a.csv: 2 records were received, but 1 are in raw and 0 of 0 among the rejected; "
        "nothing of this run counts: run again"
    )


def test_a_bundle_that_was_removed_or_cut_is_named(operator: Operator) -> None:
    operator.deliver("a.csv", ("a", "1"))
    operator.collect()
    content = operator.bundle.read_bytes()
    path = operator.bundle
    for damage in (path.unlink, lambda: path.write_bytes(content[:100])):
        damage()
        with pytest.raises(BundleDamaged, match=r"000000001[.]parquet cannot be read"):
            operator.load(1)
    path.write_bytes(content)
    assert operator.load(1).feeds["usage"].records == 1


def test_a_stored_file_that_does_not_open_is_named(operator: Operator) -> None:
    operator.deliver("a.csv", ("a", "1"))
    operator.collect()
    bundle = pq.read_table(operator.bundle)
    nonce = bundle.column_names.index("nonce")
    pq.write_table(bundle.set_column(nonce, "nonce", [[b"0" * 12]]), operator.bundle)
    with pytest.raises(BundleDamaged) as told:
        operator.load(1)
    assert str(told.value).startswith(f"{operator.bundle}: usage/a.csv#")
    assert "the stored content is damaged or exchanged" in str(told.value)
