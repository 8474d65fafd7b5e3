"""What Ratelake does through DataFrames: Arrow in, Python functions on batches, Arrow out."""

from collections.abc import Iterator
from datetime import UTC, datetime
from decimal import Decimal

import pyarrow as pa
import pytest
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from tests.engines.probes import Engines

pytestmark = [
    pytest.mark.xdist_group("spark"),
    pytest.mark.parametrize("session", ["sail", "spark"], indirect=True),
]

BATCH = pa.table(
    {
        "name": ["it's", None],
        "at": pa.array([datetime(2026, 3, 1, 8, tzinfo=UTC), None], pa.timestamp("us", "UTC")),
        "amount": pa.array([Decimal("1.500000"), None], pa.decimal128(24, 6)),
        "counts": pa.array([[("a", 1)], None], pa.map_(pa.string(), pa.int64())),
        "content": pa.array([b"\x00\x01", None], pa.binary()),
    }
)


@pytest.fixture
def session(engines: Engines, request: pytest.FixtureRequest) -> SparkSession:
    return {"sail": engines.sail, "spark": engines.spark}[request.param]


def test_an_arrow_table_becomes_a_table_and_comes_back(session: SparkSession) -> None:
    session.createDataFrame(BATCH).write.format("delta").saveAsTable("probes.arrow")
    session.createDataFrame(BATCH).write.format("delta").mode("append").saveAsTable("probes.arrow")
    back = session.table("probes.arrow").toArrow().sort_by("name")
    assert back.num_rows == 4
    assert back.select(["name", "at", "amount", "content"]).slice(0, 1).to_pylist() == [
        {name: BATCH[name][0].as_py() for name in ("name", "at", "amount", "content")}
    ]
    assert dict(back["counts"][0].as_py()) == {"a": 1}


def test_a_python_function_sees_arrow_batches(session: SparkSession) -> None:
    def doubled(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        for batch in batches:
            numbers = [2 * number for number in batch["id"].to_pylist()]
            yield pa.RecordBatch.from_pydict({"twice": pa.array(numbers, pa.int64())})

    frame = session.range(5).mapInArrow(doubled, "twice bigint")
    assert sorted(row.twice for row in frame.collect()) == [0, 2, 4, 6, 8]


def test_what_a_python_function_raises_is_raised(session: SparkSession) -> None:
    def refused(batches: Iterator[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        yield from batches
        raise ValueError("record 7 of file x")

    with pytest.raises(Exception, match="record 7 of file x"):
        session.range(5).mapInArrow(refused, "id bigint").collect()


def test_a_value_is_put_into_a_statement_by_the_client(session: SparkSession) -> None:
    """Its own formatter quotes texts; `args` is lost on Spark, where Delta's parser drops it."""
    found = session.sql(
        "select {text} t, {number} n, count(*) c from range(5) where id < {number}",
        text="it's a \\ {brace}",
        number=3,
    )
    assert [tuple(row) for row in found.collect()] == [("it's a \\ {brace}", 3, 3)]


def test_a_temporary_view_of_arrow_joins_a_table(session: SparkSession) -> None:
    session.sql("create table if not exists probes.numbers using delta as select id from range(9)")
    session.createDataFrame(pa.table({"id": [1, 2, 99]})).createOrReplaceTempView("asked")
    found = session.sql("select n.id from probes.numbers n join asked a on n.id = a.id order by 1")
    assert [row.id for row in found.collect()] == [1, 2]


def test_the_engine_inside_the_process_says_which_spark_it_speaks(session: SparkSession) -> None:
    assert session.version.startswith("4.2.")


def test_a_bound_parameter_is_lost_on_spark(session: SparkSession, engines: Engines) -> None:
    if session is engines.sail:
        assert session.sql("select :number n", args={"number": 3}).collect()[0].n == 3
    else:
        with pytest.raises(PySparkException, match="UNBOUND_SQL_PARAMETER"):
            session.sql("select :number n", args={"number": 3}).collect()
