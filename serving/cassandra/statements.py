"""Rows as prepared statements with a time, sent many at a time to the hosts that hold them."""

from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

import pyarrow as pa
from cassandra.cluster import Session
from cassandra.concurrent import execute_concurrent
from cassandra.query import BatchStatement, BatchType, BoundStatement

from serving.cassandra.connect import Connection
from serving.cassandra.tables import ServingTable

# few large requests: four to five times the rows per CPU-second of a request for each row
BATCH_ROWS = 60
# a server refuses batches above 50 KiB unless it is set up otherwise
BATCH_BYTES = 24 * 1024
BATCHES_IN_FLIGHT = 16
Row = tuple[Any, ...]


class Written(NamedTuple):
    """Rows upserted, and keys deleted."""

    upserts: int
    deletes: int


class Writer:
    """Writes to one Cassandra table as of one moment (microseconds); newer values there stay.

    Every method raises what the driver raises.
    """

    def __init__(
        self, session: Session, to: Connection, table: ServingTable, write_time: int
    ) -> None:
        self._session, self._keyspace = session, to.keyspace
        self._write_time, self._key_count = write_time, len(table.keys)
        self._has_one_host = len(session.cluster.metadata.all_hosts()) == 1
        name = f"{to.keyspace}.{table.target}"
        markers = ", ".join("?" * len(table.columns))
        self._insert = session.prepare(
            f"insert into {name} ({', '.join(table.columns)}) values ({markers}) using timestamp ?"
        )
        by_key = " and ".join(f"{key} = ?" for key in table.keys)
        self._delete = session.prepare(f"delete from {name} using timestamp ? where {by_key}")

    def write(self, batches: Iterable[pa.RecordBatch]) -> Written:
        """Upsert the rows of Arrow batches, or delete those whose `is_deleted` is true.

        Their columns: those of the table, then `is_deleted`.
        """
        rows = deletes = 0
        for batch in batches:
            *columns, is_deleted = (column.to_pylist() for column in batch.columns)
            values = zip(*columns, strict=True)
            self._send(
                self._deletion(row) if gone else self._upsert(row)
                for row, gone in zip(values, is_deleted, strict=True)
            )
            rows, deletes = rows + batch.num_rows, deletes + sum(is_deleted)
        return Written(rows - deletes, deletes)

    def delete(self, keys: Iterable[Row]) -> None:
        self._send(map(self._deletion, keys))

    def _upsert(self, row: Row) -> BoundStatement:
        return self._insert.bind((*row, self._write_time))

    def _deletion(self, row: Row) -> BoundStatement:
        return self._delete.bind((self._write_time, *row[: self._key_count]))

    def _send(self, statements: Iterable[BoundStatement]) -> None:
        # a list: what cannot be bound must fail here, not in the driver's own thread
        batches = [(batch, None) for batch in self._batches(statements)]
        execute_concurrent(self._session, batches, concurrency=BATCHES_IN_FLIGHT)

    def _batches(self, statements: Iterable[BoundStatement]) -> Iterator[BatchStatement]:
        """Unlogged batches of rows that the same hosts hold; the driver asks one of these."""
        waiting: dict[Any, list[BoundStatement]] = defaultdict(list)
        sizes: dict[Any, int] = defaultdict(int)
        for statement in statements:
            hosts = self._replicas(statement)
            waiting[hosts].append(statement)
            sizes[hosts] += sum(len(value) for value in statement.values if value)
            if len(waiting[hosts]) == BATCH_ROWS or sizes[hosts] >= BATCH_BYTES:
                yield unlogged(waiting.pop(hosts))
                del sizes[hosts]
        yield from map(unlogged, waiting.values())

    def _replicas(self, statement: BoundStatement) -> Any:
        if self._has_one_host:
            return None
        metadata = self._session.cluster.metadata
        return tuple(metadata.get_replicas(self._keyspace, statement.routing_key))


def unlogged(statements: Iterable[BoundStatement]) -> BatchStatement:
    batch = BatchStatement(BatchType.UNLOGGED)
    for statement in statements:
        batch.add(statement)
    return batch
