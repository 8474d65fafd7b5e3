"""What dbt itself can say of the models: unit tests per rule, tests of keys, documented columns."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from ingestion.settings import PROJECT, Settings
from ingestion.transform import IN_ORDER, IN_ORDER_AFTER_A_PAST, NEEDS_A_PAST
from tests.conftest import Ratelake
from tests.lake import tables

# RULES of money that are rated so far
RULES = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12}
NOT_OF_THE_SAMPLE = (*NEEDS_A_PAST, *IN_ORDER, *IN_ORDER_AFTER_A_PAST)
STORED = ("table", "replaced_rows", "summed_rows", "incremental")


@pytest.fixture(scope="module")
def target(published: Ratelake, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The artefacts of `dbt test` on the sample's home: all unit tests, and what is stored there.

    A run has checked the invariants already; a first run has nothing to rate again, and no price of
    the sample depends on what came before.
    """
    folder = tmp_path_factory.mktemp("dbt_target")
    command = [
        sys.executable, "-m", "tests.spark.dbt_on_home", "test", "--quiet",
        "--select", "test_type:unit", *(f"config.materialized:{way}" for way in STORED),
        "--exclude", "tag:invariant",
        *(f"{model},test_type:data" for model in NOT_OF_THE_SAMPLE),
        "--target-path", str(folder), "--log-path", str(folder),
    ]  # fmt: skip
    done = subprocess.run(
        command,
        cwd=PROJECT,
        env={**published.environment(), **published.jvm},
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout[-8_000:] + done.stderr[-2_000:]
    return folder


@pytest.fixture(scope="module")
def manifest(target: Path) -> dict[str, Any]:
    return json.loads((target / "manifest.json").read_text())


@pytest.fixture(scope="module")
def results(target: Path) -> dict[str, str]:
    """The status of each test by its unique id."""
    rows = json.loads((target / "run_results.json").read_text())["results"]
    return {row["unique_id"]: row["status"] for row in rows}


def test_every_unit_test_passes_and_none_is_left_out(
    manifest: dict[str, Any], results: dict[str, str]
) -> None:
    passed = {name for name, status in results.items() if status == "pass"}
    assert set(manifest["unit_tests"]) - passed == set()


def test_every_test_of_what_is_stored_passes(results: dict[str, str]) -> None:
    assert {name: status for name, status in results.items() if status != "pass"} == {}
    assert any(name.startswith("test.") for name in results)


def test_every_rule_has_unit_tests_named_after_it(manifest: dict[str, Any]) -> None:
    names = [test["name"] for test in manifest["unit_tests"].values()]
    wrong = [name for name in names if not re.match(r"(rule|principle)_\d+_[a-z]", name)]
    assert wrong == []
    rules = {int(name.split("_")[1]) for name in names if name.startswith("rule_")}
    assert RULES - rules == set()


@pytest.fixture(scope="module")
def documented(manifest: dict[str, Any]) -> dict[str, dict[str, str | None]]:
    """The columns in order, with the data types that the YAML gives; tables of a first run only."""
    return {
        f"{node['schema']}.{node['alias']}": {
            column["name"]: column["data_type"] for column in node["columns"].values()
        }
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model"
        and node["config"]["materialized"] in STORED
        and node["name"] not in NOT_OF_THE_SAMPLE
    }


@pytest.fixture(scope="module")
def built(
    documented: dict[str, Any], spark: SparkSession, published_home: Settings
) -> dict[str, dict[str, str]]:
    """The columns and data types of the same tables, as they stand in the sample's home."""
    paths = tables(published_home)
    return {
        name: dict(spark.read.format("delta").load(str(paths[name])).dtypes)
        for name in documented
        if name in paths
    }


def test_the_documented_columns_are_those_of_the_tables_in_their_order(
    documented: dict[str, dict[str, str | None]], built: dict[str, dict[str, str]]
) -> None:
    assert {name: list(columns) for name, columns in documented.items()} == {
        name: list(columns) for name, columns in built.items()
    }


def test_no_table_holds_a_binary_float(built: dict[str, dict[str, str]]) -> None:
    types = {(table, name): kind for table in built for name, kind in built[table].items()}
    assert {key: kind for key, kind in types.items() if re.search("float|double", kind)} == {}


def test_the_documented_data_types_are_those_of_the_tables(
    documented: dict[str, dict[str, str | None]], built: dict[str, dict[str, str]]
) -> None:
    """A nested column may leave its type to its description."""
    typed = {
        (table, column): data_type
        for table, columns in documented.items()
        for column, data_type in columns.items()
        if data_type is not None
    }
    assert typed == {key: built[key[0]][key[1]] for key in typed}
