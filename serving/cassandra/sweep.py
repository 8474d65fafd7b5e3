"""What a full publication did not write goes, such as the rows of another home."""

from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
from cassandra.cluster import ResultSet, Session
from pyspark.sql import SparkSession

from serving.cassandra.connect import Connection
from serving.cassandra.statements import Writer
from serving.cassandra.tables import ServingTable
from serving.cassandra.write import by_tasks

# every published row has it, so its write time tells the publication that wrote the row
STAMP = "as_of"
# Murmur3 tokens are 64-bit; no key has the least of them
LEAST, GREATEST = -(2**63), 2**63 - 1
TASKS = 16


class Swept(NamedTuple):
    """Rows that were written at the time or later, and rows deleted as they are older."""

    kept: int
    deleted: int


def sweep_here(opened: Session, to: Connection, table: ServingTable, write_time: int) -> Swept:
    """Delete the rows written before `write_time`."""
    return sweep(opened, to, table, write_time, [(LEAST, GREATEST)])


def sweep_by_tasks(
    spark: SparkSession, to: Connection, table: ServingTable, write_time: int
) -> Swept:
    """As sweep_here, with a part of the token ring for each of the engine's tasks."""
    bounds = [LEAST + (2**64 - 1) * part // TASKS for part in range(TASKS + 1)]

    def task(session: Session, batches: Iterable[pa.RecordBatch]) -> Swept:
        parts = [part for batch in batches for part in batch.column(0).to_pylist()]
        return sweep(session, to, table, write_time, [(bounds[p], bounds[p + 1]) for p in parts])

    return Swept(*by_tasks(spark.range(0, TASKS, 1, TASKS), to, task))


def sweep(
    session: Session,
    to: Connection,
    table: ServingTable,
    write_time: int,
    token_ranges: Iterable[tuple[int, int]],
) -> Swept:
    writer = Writer(session, to, table, write_time)
    token = f"token({', '.join(table.partition_keys)})"
    select = session.prepare(
        f"select {', '.join(table.keys)}, writetime({STAMP}) from {to.keyspace}.{table.target} "
        f"where {token} > ? and {token} <= ?"
    )
    kept = deleted = 0
    for token_range in token_ranges:
        for rows in pages(session.execute(select, token_range)):
            stale = [row[:-1] for row in rows if row[-1] is not None and row[-1] < write_time]
            writer.delete(stale)
            kept += len(rows) - len(stale)
            deleted += len(stale)
    return Swept(kept, deleted)


def pages(result: ResultSet) -> Iterator[list[Any]]:
    """The rows page by page; asking the result itself for an iterator twice begins a page anew."""
    yield result.current_rows
    while result.has_more_pages:
        result.fetch_next_page()
        yield result.current_rows
