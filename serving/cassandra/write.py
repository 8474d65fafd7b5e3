"""Rows of the lake into Cassandra: few from this process, many from the engine's tasks."""

from collections.abc import Callable, Iterable, Iterator

import pyarrow as pa
from cassandra.cluster import Session
from pyspark.sql import DataFrame

from serving.cassandra.connect import CassandraUnavailable, Connection, session
from serving.cassandra.statements import Writer, Written
from serving.cassandra.tables import ServingTable

# what this process may hold, and writes in a few seconds
FEW = 50_000
ANSWER = "first bigint, second bigint, failure string"
# what is done with a partition's batches in a session, and two counts of it
Task = Callable[[Session, Iterable[pa.RecordBatch]], tuple[int, int]]


def write(
    rows: DataFrame, table: ServingTable, to: Connection, opened: Session, write_time: int
) -> Written:
    """Upsert the rows, or delete those whose `is_deleted` is true, as of `write_time`.

    `rows` has the table's columns, then `is_deleted`. Raises CassandraUnavailable.
    """

    def task(session: Session, batches: Iterable[pa.RecordBatch]) -> Written:
        return Writer(session, to, table, write_time).write(batches)

    few = rows.limit(FEW + 1).toArrow()
    if is_few(few.num_rows):
        return task(opened, few.to_batches())
    return Written(*by_tasks(rows, to, task))


def is_few(row_count: int) -> bool:
    """Whether this process writes so many by itself."""
    return row_count <= FEW


def by_tasks(rows: DataFrame, to: Connection, task: Task) -> tuple[int, int]:
    """Do a task for each partition of the rows, where it is, in sessions of their own.

    Gives the sums of what the tasks count. A task answers that it failed instead of raising: an
    engine would try again, and tell it by a stack trace. Raises CassandraUnavailable.
    """

    def run(batches: Iterable[pa.RecordBatch]) -> Iterator[pa.RecordBatch]:
        try:
            with session(to) as opened:
                yield answer(*task(opened, batches), None)
        except CassandraUnavailable as failure:
            yield answer(0, 0, str(failure))

    answers = rows.mapInArrow(run, ANSWER).collect()
    for row in answers:
        if row.failure is not None:
            raise CassandraUnavailable(row.failure)
    return sum(row.first for row in answers), sum(row.second for row in answers)


def answer(first: int, second: int, failure: str | None) -> pa.RecordBatch:
    columns = {
        "first": pa.array([first], pa.int64()),
        "second": pa.array([second], pa.int64()),
        "failure": pa.array([failure], pa.string()),
    }
    return pa.RecordBatch.from_pydict(columns)
