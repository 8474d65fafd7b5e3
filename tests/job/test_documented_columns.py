"""What the YAML says of a table's or view's columns is what stands in a home."""

import re
from collections.abc import Iterator

import pytest
from pyspark.sql import SparkSession

from ingestion.catalog import views
from ingestion.engine import engine
from ingestion.lake import tables
from ingestion.settings import Settings
from tests.parsed import parsed_project

OF_MODELS = ("customers.", "rated.", "aggregates.")
# the columns of a table or view with their data types
Columns = dict[str, dict[str, str | None]]


@pytest.fixture(scope="module")
def home(explained_home: Settings) -> Iterator[SparkSession]:
    with engine(explained_home) as spark:
        yield spark


@pytest.fixture(scope="module")
def documented(explained_home: Settings) -> Columns:
    """What dbt read of the models that leave something behind them."""
    there = {*tables(explained_home), *views(explained_home)}
    models = {
        f"{node['schema']}.{node['alias']}": node["columns"].values()
        for node in parsed_project()["nodes"].values()
        if node["resource_type"] == "model"
    }
    return {
        name: {column["name"]: column["data_type"] for column in columns}
        for name, columns in models.items()
        if name in there
    }


@pytest.fixture(scope="module")
def built(home: SparkSession, documented: Columns) -> Columns:
    return {name: dict(home.table(name).dtypes) for name in documented}


def test_every_table_and_view_of_a_model_is_looked_at(
    explained_home: Settings, documented: Columns
) -> None:
    of_models = {name for name in tables(explained_home) if name.startswith(OF_MODELS)}
    assert of_models and {*of_models, *views(explained_home)} == {
        name for name in documented if not name.startswith("reference.")
    }


def test_the_documented_columns_are_those_of_the_tables(
    documented: Columns, built: Columns
) -> None:
    assert {name: set(columns) for name, columns in documented.items()} == {
        name: set(columns) for name, columns in built.items()
    }


def test_the_documented_data_types_are_those_of_the_tables(
    documented: Columns, built: Columns
) -> None:
    typed = {
        (name, column): data_type.replace(" ", "")
        for name, columns in documented.items()
        for column, data_type in columns.items()
        if data_type is not None
    }
    assert len(typed) > 100
    assert typed == {key: built[key[0]][key[1]] for key in typed}


def test_no_column_is_a_binary_float(home: SparkSession, explained_home: Settings) -> None:
    everything = {*tables(explained_home), *views(explained_home)}
    types = {
        (name, column): kind for name in everything for column, kind in home.table(name).dtypes
    }
    assert {key: kind for key, kind in types.items() if re.search("float|double", kind)} == {}
