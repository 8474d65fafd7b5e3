"""The main job on the sample operator, held against what was planted in it."""

import csv
import json
import re
from typing import Any

import pytest
from pyspark.sql import SparkSession
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


def test_every_record_received_is_rejected_or_has_one_disposition(report: dict[str, Any]) -> None:
    counts = report["reconciliation"]
    disposed = sum(row["records"] for row in counts["dispositions"])
    assert counts["received"] == counts["rejected"] + disposed


def test_no_record_has_two_dispositions(spark: SparkSession, published_home: Settings) -> None:
    path = str(tables(published_home)["rated.usage_dispositions"])
    records = spark.read.format("delta").load(path).select("file_id", "record_no")
    assert records.count() == records.distinct().count()


def test_segments_sum_to_the_charge_to_the_last_digit(
    spark: SparkSession, published_home: Settings
) -> None:
    """A charge is its fee and its segments, unless the tariff's minimum or maximum says else."""
    paths = tables(published_home)
    charges, segments, tariffs = (
        spark.read.format("delta").load(str(paths[name]))
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
    assert len(numbers) >= 300
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
            numbers |= {row["subscriber"].lstrip("+") for row in csv.DictReader(text)}
    return numbers - {""}
