"""Which run of which home Cassandra holds, table by table, kept in Cassandra itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cassandra.cluster import Session

from serving.cassandra.connect import Connection


@dataclass(frozen=True)
class Publication:
    """A run whose rows are all in Cassandra, the last of them written as of `write_time`.

    Times are microseconds. When the run finished tells whose run it is: another home, or this one
    put back from a backup, has other runs under the same numbers.
    """

    run_id: int
    finished_micros: int
    write_time: int


class Publications:
    """The ledger of publications. An emptied Cassandra has none: all is published again."""

    def __init__(self, session: Session, to: Connection) -> None:
        self._session = session
        self._select = session.prepare(
            "select published_run_id, finished_micros, writetime(published_run_id) as write_time "
            f"from {to.keyspace}.publications where table_name = ?"
        )
        self._insert = session.prepare(
            f"insert into {to.keyspace}.publications "
            "(table_name, published_run_id, finished_micros, published_at) values (?, ?, ?, ?) "
            "using timestamp ?"
        )

    def last(self, table_name: str) -> Publication | None:
        row = self._session.execute(self._select, (table_name,)).one()
        return row and Publication(row.published_run_id, row.finished_micros, row.write_time)

    def record(self, table_name: str, publication: Publication) -> None:
        """A late writer of an older run changes nothing here: its write time is older too."""
        self._session.execute(
            self._insert,
            (
                table_name,
                publication.run_id,
                publication.finished_micros,
                datetime.now(UTC),
                publication.write_time,
            ),
        )
