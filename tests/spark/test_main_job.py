"""The main job on the sample operator, held against what was planted in it."""

import csv
import json
import re
from collections import Counter
from decimal import Decimal
from typing import Any

import pytest
from pyspark.sql import DataFrame, SparkSession
from pyspark.sql.functions import count
from pyspark.sql.functions import sum as sum_of

from ingestion.settings import Settings
from tests.conftest import Ratelake
from tests.lake import rows, tables, versions


@pytest.fixture(scope="module")
def report(published_home: Settings) -> dict[str, Any]:
    return json.loads((published_home.root / "report.json").read_text())


@pytest.fixture(scope="module")
def manifest(published_home: Settings) -> dict[str, Any]:
    return json.loads((published_home.root / "generated" / "manifest.json").read_text())


def test_the_report_counts_what_was_planted_to_the_record(
    report: dict[str, Any], manifest: dict[str, Any]
) -> None:
    reconciled = report["reconciliation"]
    received = manifest["received"]["usage"]
    assert (reconciled["received"], reconciled["rejected"]) == (
        received["records"],
        received["rejected_records"],
    )
    assert disposed(reconciled["dispositions"]) == planned(manifest["expected"]["dispositions"])
    assert reconciled["received"] == reconciled["rejected"] + manifest["expected"]["records"]


def disposed(rows: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, dict[str, Decimal]]]:
    """Records and units by service, of each disposition and reason that the report names."""
    return {
        (row["disposition"], row["reason"] or ""): (
            row["records"],
            {service: Decimal(quantity) for service, quantity in row["quantity"].items()},
        )
        for row in rows
    }


def planned(rows: list[dict[str, Any]]) -> dict[tuple[str, str], tuple[int, dict[str, Decimal]]]:
    """The same, as the manifest says it."""
    return {
        (row["disposition"], row["reason"] or ""): (
            row["records"],
            {name: Decimal(service["quantity"]) for name, service in row["services"].items()},
        )
        for row in rows
    }


def test_the_report_counts_what_was_planted_to_the_file(
    report: dict[str, Any], manifest: dict[str, Any]
) -> None:
    planted: dict[str, Counter[str]] = {}
    for file in manifest["files"]:
        planted.setdefault(file["feed"], Counter())[file["status"]] += 1
    assert report["reconciliation"]["files"] == planted


def test_files_and_rejected_records_carry_the_planted_reasons(
    spark: SparkSession, published_home: Settings, manifest: dict[str, Any]
) -> None:
    files = read(spark, published_home, "raw.source_files").where("status = 'rejected'")
    assert Counter(row.reason for row in files.collect()) == manifest["rejected_files"]
    records = read(spark, published_home, "raw.rejected_records")
    assert Counter(row.reason for row in records.collect()) == manifest["rejected_records"]


def test_the_report_names_the_first_of_each_reason_and_how_many(
    report: dict[str, Any], manifest: dict[str, Any]
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


def test_flat_priced_services_are_charged_to_the_last_digit(
    spark: SparkSession, published_home: Settings, manifest: dict[str, Any]
) -> None:
    """The generator knows the price of each message and content item; calls are the oracle's."""
    charges = read(spark, published_home, "rated.usage_charges")
    found = charges.groupBy("service", "currency").agg(
        count("*").alias("events"), sum_of("charge_amount").alias("amount")
    )
    charged = {(row.service, row.currency): (row.events, row.amount) for row in found.collect()}
    for service, currencies in manifest["expected"]["charges"].items():
        for currency, planted in currencies.items():
            expected = (planted["events"], Decimal(planted["charge_amount"]))
            assert charged[service, currency] == expected, (service, currency)


def test_payments_arrive_to_the_last_digit(
    spark: SparkSession, published_home: Settings, manifest: dict[str, Any]
) -> None:
    payments = read(spark, published_home, "raw.payments").groupBy("currency", "kind")
    found: dict[str, dict[str, Decimal]] = {}
    for row in payments.agg(sum_of("amount").alias("amount")).collect():
        found.setdefault(row.currency, {})[row.kind] = row.amount
    assert found == {
        currency: {kind: Decimal(amount) for kind, amount in kinds.items()}
        for currency, kinds in manifest["payments"].items()
    }


def read(spark: SparkSession, settings: Settings, name: str) -> DataFrame:
    return spark.read.format("delta").load(str(tables(settings)[name]))


def test_no_record_has_two_dispositions(spark: SparkSession, published_home: Settings) -> None:
    dispositions = read(spark, published_home, "rated.usage_dispositions")
    records = dispositions.select("file_id", "record_no")
    assert records.count() == records.distinct().count()


def test_segments_sum_to_the_charge_to_the_last_digit(
    spark: SparkSession, published_home: Settings
) -> None:
    """A charge is its fee and its segments, unless the tariff's minimum or maximum says else."""
    charges, segments, tariffs = (
        read(spark, published_home, name)
        for name in ("rated.usage_charges", "rated.usage_charge_segments", "reference.tariffs")
    )
    unbounded = tariffs.where("min_charge is null and max_charge is null").select("tariff_id")
    parts = segments.groupBy("file_id", "record_no").agg(sum_of("amount").alias("parts"))
    checked = charges.join(unbounded.distinct(), "tariff_id", "left_semi").join(
        parts, ["file_id", "record_no"], "left"
    )
    wrong = checked.where("charge_amount != connection_fee + coalesce(parts, 0)")
    assert checked.count() > 0
    assert wrong.collect() == []


def test_a_second_run_with_nothing_new_changes_no_table_and_says_so(published: Ratelake) -> None:
    before = versions(published.settings)
    said = published("run").stdout
    assert "Nothing new: no table changed." in said
    assert versions(published.settings) == before


def test_query_prints_only_data_as_csv_and_json(
    spark: SparkSession, published: Ratelake, report: dict[str, Any]
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


def test_no_subscriber_number_is_in_any_table(
    spark: SparkSession, published_home: Settings
) -> None:
    """Numbers become tokens before they reach a table, the payloads of rejected records too."""
    numbers = subscriber_numbers(published_home)
    assert len(numbers) > 200
    leaks = {
        name: sorted(numbers.intersection(re.findall(r"\d{8,15}", " ".join(texts))))
        for name in tables(published_home)
        if (texts := rows(spark, published_home, name))
    }
    assert {name: found for name, found in leaks.items() if found} == {}


def subscriber_numbers(settings: Settings) -> set[str]:
    """The numbers that the delivered actions give to subscriptions."""
    numbers = set()
    for path in sorted((settings.inbox_folder / "action").glob("*.csv")):
        with path.open(newline="") as text:
            numbers |= {row["subscriber"].lstrip("+0") for row in csv.DictReader(text)}
    return numbers - {""}
