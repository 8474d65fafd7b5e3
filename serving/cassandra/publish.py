"""Bring Cassandra to the state of the serving tables, writing only what changed."""

import time
from collections.abc import Callable
from dataclasses import dataclass

from cassandra.cluster import Session
from pyspark.sql import SparkSession

from ingestion.settings import Settings
from serving.cassandra import schema, source
from serving.cassandra.connect import WRITER, CassandraUnavailable, Connection, connection, session
from serving.cassandra.publications import Publication, Publications
from serving.cassandra.source import Commit
from serving.cassandra.sweep import Swept, sweep_by_tasks, sweep_here
from serving.cassandra.tables import TABLES, ServingTable
from serving.cassandra.write import is_few, write

Progress = Callable[[int, int], None]


class PublishIncomplete(CassandraUnavailable):
    """After a full publication rows of the serving table are not in Cassandra."""


@dataclass(frozen=True)
class TablePublication:
    """What was done for one table. `mode`: full, changes, unchanged or absent (no such table yet).

    `run_id`: the run whose state Cassandra has now. `reason` says why the whole table was written.
    """

    table: str
    mode: str
    run_id: int | None = None
    upserts: int = 0
    deletes: int = 0
    reason: str = ""


@dataclass(frozen=True)
class PublishReport:
    tables: list[TablePublication]

    @property
    def rows(self) -> int:
        """Rows written or deleted in Cassandra."""
        return sum(table.upserts + table.deletes for table in self.tables)


def publish(
    spark: SparkSession, settings: Settings, *, on_progress: Progress = lambda done, total: None
) -> PublishReport:
    """Write into Cassandra what runs changed in each serving table since its last publication.

    Every write carries the time at which the last run finished, so that replays and late writers
    never overwrite newer values, and a publication that was cut short is done again. Where the
    changes cannot be known (nothing published yet, another home's runs, a table made anew) the
    whole table is written as of now, and what Cassandra holds beyond it is deleted. Creates
    keyspace and tables. Raises CassandraUnavailable and PublishIncomplete.
    """
    schema.apply(settings)
    to = connection(settings, WRITER)
    done: list[TablePublication] = []
    with session(to) as opened:
        publishing = Publishing(spark, to, opened)
        for table in TABLES:
            on_progress(len(done), len(TABLES))
            done.append(publishing.publish(table))
    on_progress(len(done), len(TABLES))
    return PublishReport(done)


class Publishing:
    """One publication of all tables: of which run, from where, and where to."""

    def __init__(self, spark: SparkSession, to: Connection, opened: Session) -> None:
        self._spark, self._to, self._session = spark, to, opened
        self._publications = Publications(opened, to)
        self._commit = source.last_commit(spark)

    def publish(self, table: ServingTable) -> TablePublication:
        commit = self._commit
        if commit is None or not self._spark.catalog.tableExists(table.source):
            return TablePublication(table.source, "absent")
        last = self._publications.last(table.source)
        if last is None:
            return self._publish_whole(table, commit, None, "nothing was published yet")
        if not self._is_ours(last, commit):
            reason = f"run {last.run_id}, published before, is no run of this home as it is now"
            return self._publish_whole(table, commit, last, reason)
        if last.run_id == commit.run_id:
            return TablePublication(table.source, "unchanged", commit.run_id)
        if source.is_made_anew(self._spark, table, last.run_id):
            reason = f"no row is as old as run {last.run_id}, published before"
            return self._publish_whole(table, commit, last, reason)
        return self._publish_changes(table, commit, last)

    def _is_ours(self, last: Publication, commit: Commit) -> bool:
        if last.run_id > commit.run_id:
            return False
        return last.finished_micros == source.finished_micros(self._spark, last.run_id)

    def _publish_changes(
        self, table: ServingTable, commit: Commit, last: Publication
    ) -> TablePublication:
        write_time = max(commit.write_time, last.write_time + 1)
        rows = source.changed_rows(self._spark, table, last.run_id)
        done = write(rows, table, self._to, self._session, write_time)
        self._record(table, commit, write_time)
        mode = "changes" if done.upserts or done.deletes else "unchanged"
        return TablePublication(table.source, mode, commit.run_id, done.upserts, done.deletes)

    def _publish_whole(
        self, table: ServingTable, commit: Commit, last: Publication | None, reason: str
    ) -> TablePublication:
        # later than all that is there, also from a publication of another home that was cut short
        now = time.time_ns() // 1000
        write_time = max(commit.write_time, now, last.write_time + 1 if last else 0)
        rows = source.live_rows(self._spark, table)
        upserts = write(rows, table, self._to, self._session, write_time).upserts
        swept = self._sweep(table, write_time, is_much=not is_few(upserts))
        if swept.kept < upserts:
            raise PublishIncomplete(
                f"{table.source} has {upserts:,} rows, Cassandra at {self._to.where} holds "
                f"{swept.kept:,} of them after a full publication; empty "
                f"{self._to.keyspace}.{table.target} and run again"
            )
        self._record(table, commit, write_time)
        return TablePublication(table.source, "full", commit.run_id, upserts, swept.deleted, reason)

    def _sweep(self, table: ServingTable, write_time: int, *, is_much: bool) -> Swept:
        if is_much:
            return sweep_by_tasks(self._spark, self._to, table, write_time)
        return sweep_here(self._session, self._to, table, write_time)

    def _record(self, table: ServingTable, commit: Commit, write_time: int) -> None:
        self._publications.record(
            table.source, Publication(commit.run_id, commit.finished_micros, write_time)
        )
