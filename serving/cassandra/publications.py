"""Which version of each Delta table Cassandra holds, kept in Cassandra itself."""

from dataclasses import dataclass
from datetime import UTC, datetime

from cassandra.cluster import Session

from serving.cassandra.connect import Connection


@dataclass(frozen=True)
class Publication:
    """A version that is wholly in Cassandra, written as of `write_time` (microseconds)."""

    version: int
    table_id: str
    write_time: int


class Publications:
    """The ledger of publications. An emptied Cassandra has none: all is published again."""

    def __init__(self, session: Session, to: Connection) -> None:
        self._session = session
        self._select = session.prepare(
            f"select published_version, table_id, writetime(published_version) as write_time "
            f"from {to.keyspace}.publications where table_name = ?"
        )
        self._insert = session.prepare(
            f"insert into {to.keyspace}.publications "
            "(table_name, published_version, published_at, table_id) values (?, ?, ?, ?) "
            "using timestamp ?"
        )

    def last(self, table_name: str) -> Publication | None:
        row = self._session.execute(self._select, (table_name,)).one()
        return row and Publication(row.published_version, row.table_id, row.write_time)

    def record(self, table_name: str, publication: Publication) -> None:
        """A late writer of an older version changes nothing here: its write time is older too."""
        self._session.execute(
            self._insert,
            (
                table_name,
                publication.version,
                datetime.now(UTC),
                publication.table_id,
                publication.write_time,
            ),
        )
