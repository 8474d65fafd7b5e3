"""Bring Cassandra to the state of the serving tables, writing only what changed."""

from collections.abc import Callable
from dataclasses import dataclass

from pyspark.sql import DataFrame, SparkSession

from ingestion.settings import Settings
from serving.cassandra import schema
from serving.cassandra.connect import WRITER, CassandraUnavailable, Connection, connection, session
from serving.cassandra.publications import Publication, Publications
from serving.cassandra.source import (
    IS_DELETED,
    ChangesUnavailable,
    Commit,
    changes,
    last_commit,
    whole_table,
)
from serving.cassandra.tables import TABLES, ServingTable
from serving.cassandra.write import delete, served_keys, upsert

Progress = Callable[[int, int], None]


class PublishIncomplete(CassandraUnavailable):
    """After a full publication rows of the Delta table are not in Cassandra."""


@dataclass(frozen=True)
class TablePublication:
    """What was done for one table. `mode`: full, changes, unchanged or absent (no Delta table).

    `reason` says why the whole table had to be written.
    """

    table: str
    mode: str
    version: int | None = None
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
    """Upsert into Cassandra what changed in each serving table since its last publication.

    Every write carries the time of the Delta commit, so that replays and late writers never
    overwrite newer values, and a publication that was cut short is done again. Where the changes
    cannot be known (first time, table made anew, change feed gone) the whole table is written and
    the keys that it no longer has are deleted. Creates keyspace and tables. Raises
    CassandraUnavailable and PublishIncomplete.
    """
    schema.apply(settings)
    to = connection(settings, WRITER)
    done: list[TablePublication] = []
    with session(to) as opened:
        publications = Publications(opened, to)
        for table in TABLES:
            on_progress(len(done), len(TABLES))
            done.append(publish_table(spark, table, to, publications))
    on_progress(len(done), len(TABLES))
    return PublishReport(done)


def publish_table(
    spark: SparkSession, table: ServingTable, to: Connection, publications: Publications
) -> TablePublication:
    # read before the commit: so it is newer than the table only if that was put back
    last = publications.last(table.source)
    if not spark.catalog.tableExists(table.source):
        return TablePublication(table.source, "absent")
    commit = last_commit(spark, table)
    if last is not None and is_published(last, commit):
        return TablePublication(table.source, "unchanged", commit.version)
    write_time, reason = commit.write_time, ""
    try:
        counts = publish_changes(spark, table, to, follows(last, commit), commit)
    except ChangesUnavailable as unavailable:
        write_time, reason = time_after(last, commit), str(unavailable)
        counts = publish_whole(spark, table, to, commit, write_time)
    publications.record(table.source, Publication(commit.version, commit.table_id, write_time))
    mode = "full" if reason else "changes"
    return TablePublication(table.source, mode, commit.version, *counts, reason)


def is_published(last: Publication, commit: Commit) -> bool:
    return (last.table_id, last.version) == (commit.table_id, commit.version)


def follows(last: Publication | None, commit: Commit) -> Publication:
    """The publication that the commit's changes add to; raises ChangesUnavailable if none."""
    if last is None:
        raise ChangesUnavailable("nothing was published yet")
    if last.table_id != commit.table_id:
        raise ChangesUnavailable("the table was made anew")
    if last.version > commit.version:
        raise ChangesUnavailable(
            f"the table was put back from version {last.version} to {commit.version}"
        )
    return last


def time_after(last: Publication | None, commit: Commit) -> int:
    """The commit's time, made later than all that was published before."""
    return commit.write_time if last is None else max(commit.write_time, last.write_time + 1000)


def publish_changes(
    spark: SparkSession, table: ServingTable, to: Connection, last: Publication, commit: Commit
) -> tuple[int, int]:
    changed = changes(spark, table, last.version, commit.version)
    try:
        gone = changed.where(IS_DELETED)
        kept = changed.where(f"not {IS_DELETED}")
        counts = (kept.count(), gone.count())
        if counts[0]:
            upsert(kept, table, to, commit.write_time)
        if counts[1]:
            delete(gone, table, to, commit.write_time)
    finally:
        changed.unpersist()
    return counts


def publish_whole(
    spark: SparkSession, table: ServingTable, to: Connection, commit: Commit, write_time: int
) -> tuple[int, int]:
    # Delta cannot feed a table with deletion vectors straight into a V2 sink; from a cache it can
    rows = whole_table(spark, table, commit.version).persist()
    served = served_keys(spark, table, to).persist()
    try:
        upsert(rows, table, to, write_time)
        return rows.count(), delete_the_rest(rows, served, table, to, write_time)
    finally:
        rows.unpersist()
        served.unpersist()


def delete_the_rest(
    rows: DataFrame, served: DataFrame, table: ServingTable, to: Connection, write_time: int
) -> int:
    """Delete what Cassandra holds beyond `rows`, and check that it holds all of them."""
    stale = served.join(rows, list(table.keys), "left_anti")
    stale_count = stale.count()
    row_count, served_count = rows.count(), served.count() - stale_count
    if row_count != served_count:
        raise PublishIncomplete(
            f"{table.source} has {row_count:,} rows, Cassandra holds {served_count:,} of them "
            f"after a full publication; empty {to.keyspace}.{table.target} and run again"
        )
    if stale_count:
        delete(stale, table, to, write_time)
    return stale_count
