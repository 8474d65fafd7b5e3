"""A table that a killed run had begun to create is created; one that holds data is never lost."""

import pytest
from pyspark.errors import AnalysisException
from pyspark.sql import SparkSession

from ingestion.spark import create_table

DEFINITION = "(id bigint) using delta"


@pytest.fixture(scope="module")
def schema(spark: SparkSession) -> str:
    spark.sql("create schema if not exists begun")
    return spark.catalog.getDatabase("begun").locationUri


def test_a_commit_that_the_catalog_does_not_know_of_gives_way(
    spark: SparkSession, schema: str
) -> None:
    spark.createDataFrame([], "id bigint").write.format("delta").save(f"{schema}/half")
    create_table(spark, "begun.half", DEFINITION)
    create_table(spark, "begun.half", DEFINITION)
    assert spark.table("begun.half").count() == 0


def test_a_table_with_data_that_the_catalog_lost_is_left_alone(
    spark: SparkSession, schema: str
) -> None:
    for _ in range(2):
        rows = spark.createDataFrame([(1,)], "id bigint")
        rows.write.format("delta").mode("append").save(f"{schema}/lost")
    with pytest.raises(AnalysisException, match="NON_EMPTY_LOCATION"):
        create_table(spark, "begun.lost", DEFINITION)
    assert spark.read.format("delta").load(f"{schema}/lost").count() == 2
