"""One inbox with every kind of trouble, collected and loaded: what is in raw, to the record."""

import hashlib
import hmac
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any

import pyarrow.parquet as pq
import pytest
from pyspark.sql import SparkSession

from ingestion.engine import engine, version
from ingestion.keys import Keyring, Vault, create_keyring, load_keyring
from ingestion.lake import tables
from ingestion.landing.collect import collect
from ingestion.landing.packer import CollectReport
from ingestion.raw.load import FeedCounts, LoadReport, load
from ingestion.settings import Settings
from tests.load.troubled_inbox import FILES, NUMBERS, fill
from tests.load.troubled_tables import REJECTED, SOURCE_FILES, USAGE

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)


@dataclass(frozen=True)
class Loaded:
    """A home whose inbox was collected and loaded once."""

    spark: SparkSession
    settings: Settings
    keyring: Keyring
    collected: CollectReport
    report: LoadReport

    def rows(self, table: str, *columns: str) -> list[tuple[Any, ...]]:
        """Rows in order, of what this home delivered."""
        frame = self.spark.table(table).orderBy(*columns)
        return [tuple(in_utc(value) for value in row) for row in frame.select(*columns).collect()]

    def whole(self, table: str, file: str) -> list[tuple[Any, ...]]:
        """All rows of a table that holds the first record of one file only, without its origin."""
        origin = (self.file_id(file), 1, KNOWN_AT, 7)
        rows = self.rows(table, *self.spark.table(table).columns)
        assert [row[-4:] for row in rows] == [origin]
        return [row[:-5] for row in rows]

    def token(self, number: str) -> str:
        return hmac.new(self.keyring.token_key, number.encode(), hashlib.sha256).hexdigest()[:32]

    def file_id(self, name: str) -> str:
        return hashlib.sha256(FILES[name]).hexdigest()


def in_utc(value: Any) -> Any:
    return value.astimezone(UTC) if isinstance(value, datetime) else value


@pytest.fixture(scope="module")
def loaded(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Loaded]:
    settings = Settings(home=tmp_path_factory.mktemp("troubled_home"))
    create_keyring(settings.keyring_file)
    keyring = load_keyring(settings.keyring_file)
    fill(settings.inbox_folder)
    collected = collect(settings, keyring, known_at=KNOWN_AT)
    with engine(settings) as spark:
        report = load(spark, settings, keyring, run_id=7)
        yield Loaded(spark, settings, keyring, collected, report)


def test_every_file_received_has_one_row_that_says_what_became_of_it(loaded: Loaded) -> None:
    columns = ("status", "reason", "records", "rejected_records", "ignored_columns")
    rows = loaded.rows("raw.source_files", "feed", "file_name", *columns)
    assert {row[:2]: row[2:] for row in rows} == SOURCE_FILES
    assert len(rows) == len(SOURCE_FILES)


def test_a_file_is_known_by_its_bytes_and_told_why_it_was_rejected(loaded: Loaded) -> None:
    named = {name.partition("/")[2]: name for name in FILES}
    named[r"a\n\x1b[31m..\b.csv"] = named["a\n\x1b[31m..\\b.csv"]
    rows = loaded.rows(
        "raw.source_files",
        *("feed", "file_name", "file_id", "size_bytes", "status", "detail"),
        *("declared_records", "known_at", "run_id", "bundle_no"),
    )
    for feed, file_name, file_id, size, status, detail, *rest in rows:
        name = next(name for name in FILES if name == named.get(file_name, "")) or feed
        content = FILES[f"{feed}/{name.partition('/')[2]}"]
        assert (file_id, size) == (hashlib.sha256(content).hexdigest(), len(content)), file_name
        assert rest == [None, KNOWN_AT, 7, 1]
        assert (detail is not None) == (status == "rejected"), file_name


def test_what_is_left_in_the_inbox_is_named(loaded: Loaded) -> None:
    assert [name for name, _ in loaded.collected.skipped] == ["cdr", "usage/open.csv.tmp"]
    assert [name for name, _ in loaded.collected.renamed] == [r"usage/a\n\x1b[31m..\b.csv"]


def test_every_bad_record_is_named_whole(loaded: Loaded) -> None:
    columns = ("file_name", "record_no", "reason", "detail", "payload")
    rows = loaded.rows("raw.rejected_records", *columns)
    assert [row[:4] for row in rows] == [row[:4] for row in REJECTED]
    for found, expected in zip(rows, REJECTED, strict=True):
        beginning, is_cut, _ = expected[4].partition("…") if expected[4][-1] == "…" else (0, 0, 0)
        assert found[4].startswith(beginning) if is_cut else found[4] == expected[4]
        assert len(found[4]) <= 1_000


def test_usage_is_loaded_with_tokens_in_place_of_numbers(loaded: Loaded) -> None:
    expected = [
        (event, service, direction, loaded.token(number), as_stored(loaded, other), *rest)
        for event, service, direction, number, other, *rest in USAGE
    ]
    assert expected == loaded.rows(
        "raw.usage",
        *("event_id", "service", "direction", "subscriber", "counterparty"),
        *("counterparty_prefix", "started_at", "quantity", "session_id"),
    )


def as_stored(loaded: Loaded, other: str | None) -> str | None:
    return loaded.token(other) if other and other.isdecimal() else other


def test_a_record_is_known_by_its_file_and_number(loaded: Loaded) -> None:
    file_ids = {
        "b": loaded.file_id("usage/bad.csv"),
        "g": loaded.file_id("usage/good.csv.gz"),
        "j": loaded.file_id("usage/bad.jsonl.zst"),
    }
    rows = loaded.rows("raw.usage", "event_id", "file_id", "record_no", "known_at", "run_id")
    assert rows == [(event, file_ids[event[0]], int(event[2:]), KNOWN_AT, 7) for event, *_ in USAGE]


def test_the_other_feeds_are_loaded_whole(loaded: Loaded) -> None:
    start = datetime(2026, 1, 1, tzinfo=UTC)
    account = ("A-1", None, "Zoë", "EUR", "Europe/Berlin", 28, "de", Decimal("100.25"))
    since = datetime(2025, 12, 31, 23, tzinfo=UTC)
    assert loaded.whole("raw.accounts", "account/a.csv") == [(*account, since)]
    action = ("n-1", start, "activate", "S-1", "A-1", loaded.token(NUMBERS[0]), "basic", None)
    assert loaded.whole("raw.actions", "action/a.jsonl") == [(*action, Decimal(2), None)]
    payment = ("p-1", "A-1", "payment", Decimal(25), "EUR")
    noon = datetime(2026, 3, 5, 12, tzinfo=UTC)
    assert loaded.whole("raw.payments", "payment/p.csv") == [(*payment, noon, "card", "invoice 7")]


def test_the_report_counts_what_is_in_the_tables(loaded: Loaded) -> None:
    assert loaded.report == LoadReport(
        {
            "usage": FeedCounts({"duplicate": 1, "loaded": 5, "rejected": 8}, 22, 14),
            "account": FeedCounts({"loaded": 1}, 2, 1),
            "action": FeedCounts({"loaded": 1}, 1, 0),
            "payment": FeedCounts({"loaded": 1}, 2, 1),
        }
    )
    tables = ("raw.usage", "raw.accounts", "raw.actions", "raw.payments", "raw.rejected_records")
    received = sum(counts.records for counts in loaded.report.feeds.values())
    assert received == sum(loaded.spark.table(table).count() for table in tables)


def test_the_vault_opens_each_token_to_its_number_once(loaded: Loaded) -> None:
    vault = Vault(loaded.keyring)
    rows = loaded.rows("vault.numbers", "token", "ciphertext", "key_id")
    numbers = {*NUMBERS[:3], "112"}
    opened = [(token, vault.unlock(bytes(locked)), key_id) for token, locked, key_id in rows]
    assert sorted(opened) == sorted(
        (loaded.token(number), number, vault.key_id) for number in numbers
    )


def test_no_number_is_readable_outside_the_inbox(loaded: Loaded) -> None:
    home, inbox = loaded.settings.root, loaded.settings.inbox_folder
    files = [path for path in home.rglob("*") if path.is_file()]
    looked = [path for path in files if not path.is_relative_to(inbox)]
    assert {"bundles", "usage", "rejected_records"} <= {path.parent.name for path in looked}
    leaks = [
        (path.relative_to(path.anchor), number)
        for path in looked
        for text in (readable(path),)
        for number in NUMBERS
        if number.encode() in text
    ]
    assert leaks == []


def readable(path: Path) -> bytes:
    """The bytes of a file; those of a Parquet file also as they are when read."""
    content = path.read_bytes()
    if content[:4] != b"PAR1":
        return content
    return content + repr(pq.read_table(path).to_pylist()).encode()


def test_loading_again_changes_nothing(loaded: Loaded) -> None:
    before = versions(loaded.settings)
    assert len(before) == 8
    assert collect(loaded.settings, loaded.keyring, known_at=KNOWN_AT).files == 0
    assert load(loaded.spark, loaded.settings, loaded.keyring, run_id=8) == LoadReport({})
    assert versions(loaded.settings) == before


def versions(settings: Settings) -> dict[str, int | None]:
    return {table: version(place) for table, place in tables(settings).items()}
