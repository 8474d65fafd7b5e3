"""The main job on the sample operator, held against what was planted in it."""

import json
from collections import Counter
from collections.abc import Iterator
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import SparkSession

from ingestion.engine import engine, version
from ingestion.lake import tables
from ingestion.settings import Settings
from tests.conftest import AS_OF, Ratelake
from tests.job.manifest import (
    Manifest,
    found_sums,
    read_manifest,
    reported_dispositions,
    stated_dispositions,
    stated_sums,
)
from tests.job.numbers import called_beyond_what_is_kept, numbers_in, subscriber_numbers, texts_of


@pytest.fixture(scope="module")
def report(published_home: Settings) -> dict[str, Any]:
    return json.loads((published_home.root / "report.json").read_text())


@pytest.fixture(scope="module")
def manifest(published_home: Settings) -> Manifest:
    return read_manifest(published_home)


@pytest.fixture(scope="module")
def home(published_home: Settings) -> Iterator[SparkSession]:
    """A session that knows the published home's tables."""
    with engine(published_home) as spark:
        yield spark


def test_the_report_counts_what_was_planted_to_the_record(
    report: dict[str, Any], manifest: Manifest
) -> None:
    reconciled = report["reconciliation"]
    received = manifest["received"]["usage"]
    assert (reconciled["received"], reconciled["rejected"]) == (
        received["records"],
        received["rejected_records"],
    )
    assert reported_dispositions(reconciled["dispositions"]) == stated_dispositions(
        manifest["expected"]["dispositions"]
    )
    assert reconciled["received"] == reconciled["rejected"] + manifest["expected"]["records"]


def test_the_report_counts_what_was_planted_to_the_file(
    report: dict[str, Any], manifest: Manifest
) -> None:
    planted: dict[str, Counter[str]] = {}
    for file in manifest["files"]:
        planted.setdefault(file["feed"], Counter())[file["status"]] += 1
    assert report["reconciliation"]["files"] == planted


def test_files_and_rejected_records_carry_the_planted_reasons(
    home: SparkSession, manifest: Manifest
) -> None:
    files = home.table("raw.source_files").where("status = 'rejected'").select("reason")
    assert Counter(row.reason for row in files.collect()) == manifest["rejected_files"]
    records = home.table("raw.rejected_records").select("reason")
    assert Counter(row.reason for row in records.collect()) == manifest["rejected_records"]


def test_the_report_names_the_first_of_each_reason_and_how_many(
    report: dict[str, Any], manifest: Manifest
) -> None:
    for is_record, planted in (
        (False, manifest["rejected_files"]),
        (True, manifest["rejected_records"]),
    ):
        rows = [row for row in report["rejections"] if bool(row["record_no"]) is is_record]
        named: Counter[str] = Counter()
        for row in rows:
            named[row["reason"]] += row["count"]
            assert row["file_name"] and row["detail"], row
        assert named == planted


def test_messages_downloads_and_data_are_charged_to_the_last_digit(
    home: SparkSession, manifest: Manifest
) -> None:
    """With their bundles, and steps over the cycle; what calls cost is the oracle's."""
    assert found_sums(home)["charges"] == stated_sums(manifest["expected"])["charges"]


def test_every_bundle_gives_the_units_planted(home: SparkSession, manifest: Manifest) -> None:
    stated = stated_sums(manifest["expected"])["bundle_units"]
    assert len(stated) == 16
    assert found_sums(home)["bundle_units"] == stated


def test_as_many_events_are_covered_by_bundles_as_planted(
    home: SparkSession, manifest: Manifest
) -> None:
    """By service: those that bundles cover wholly, and in part."""
    stated = stated_sums(manifest["expected"])["covered_events"]
    assert found_sums(home)["covered_events"] == stated


def test_payments_arrive_to_the_last_digit(home: SparkSession, manifest: Manifest) -> None:
    payments = home.sql(
        "select currency, kind, sum(amount) as amount from raw.payments group by currency, kind"
    )
    found: dict[str, dict[str, Decimal]] = {}
    for row in payments.collect():
        found.setdefault(row.currency, {})[row.kind] = row.amount
    assert found == {
        currency: {kind: Decimal(amount) for kind, amount in kinds.items()}
        for currency, kinds in manifest["payments"].items()
    }


def test_every_record_has_one_disposition(home: SparkSession, manifest: Manifest) -> None:
    records = home.table("rated.usage_dispositions").select("record_id")
    assert records.count() == records.distinct().count() == manifest["expected"]["records"]


def test_segments_sum_to_the_charge_to_the_last_digit(home: SparkSession) -> None:
    """A charge is its fee and its segments, unless the tariff's minimum or maximum says else."""
    checked = home.sql(
        """
        with parts as (
            select event_id, sum(amount) as amount
            from rated.usage_charge_segments
            group by event_id
        ),

        unbounded as (
            select distinct tariff_id
            from reference.tariffs
            where min_charge is null and max_charge is null
        )

        select
            charges.event_id,
            charges.charge_amount,
            charges.connection_fee + coalesce(parts.amount, 0) as sum_of_parts
        from rated.usage_charges as charges
        inner join unbounded on charges.tariff_id = unbounded.tariff_id
        left join parts on charges.event_id = parts.event_id
        """
    ).collect()
    assert len(checked) > 1_000
    assert [row for row in checked if row.charge_amount != row.sum_of_parts] == []


def versions(settings: Settings) -> dict[str, int | None]:
    return {name: version(path) for name, path in tables(settings).items()}


def test_a_second_run_with_nothing_new_changes_no_table_and_says_so(published: Ratelake) -> None:
    before = versions(published.settings)
    said = published("run", *AS_OF).stdout
    assert "Nothing new: no table changed." in said
    assert versions(published.settings) == before


def test_query_prints_only_data_as_csv_and_json(
    published: Ratelake, report: dict[str, Any]
) -> None:
    sql = "select count(*) as records, cast(1.50 as decimal(5, 2)) as amount from raw.usage"
    loaded = report["reconciliation"]["received"] - report["reconciliation"]["rejected"]
    assert published("query", sql, "--format", "csv").stdout == f"records,amount\n{loaded},1.50\n"
    assert json.loads(published("query", sql, "--format", "json").stdout) == [
        {"records": loaded, "amount": "1.50"}
    ]


def test_query_refuses_what_would_change_a_table(published: Ratelake) -> None:
    before = versions(published.settings)
    refused = published("query", "delete from raw.usage", exit_code=1)
    assert "only statements that read" in refused.stderr
    assert refused.stdout == ""
    assert versions(published.settings) == before


@pytest.fixture(scope="module")
def numbers_of_tables(published_home: Settings) -> dict[str, set[str]]:
    """Whatever looks like a number, by table."""
    return {name: numbers_in(texts_of(path)) for name, path in tables(published_home).items()}


def test_no_subscriber_number_is_in_any_table(
    published_home: Settings, numbers_of_tables: dict[str, set[str]]
) -> None:
    """Numbers become tokens before they reach a table, the payloads of rejected records too."""
    numbers = subscriber_numbers(published_home)
    assert len(numbers) > 200
    leaks = {name: found & numbers for name, found in numbers_of_tables.items()}
    assert {name: sorted(found) for name, found in leaks.items() if found} == {}


def test_of_a_called_number_no_table_has_more_than_the_digits_that_tell_its_zone(
    published_home: Settings, numbers_of_tables: dict[str, set[str]]
) -> None:
    """Its first nine at most, and never its last four."""
    beyond = called_beyond_what_is_kept(published_home)
    assert len(beyond) > 2_000
    leaks = {name: found & beyond for name, found in numbers_of_tables.items()}
    assert {name: sorted(found) for name, found in leaks.items() if found} == {}
