"""What has been collected, so that no delivery comes in twice: landing/journal.sqlite."""

import sqlite3
from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path

# (path, size, mtime_ns)
Key = tuple[str, int, int]

SCHEMA = """
create table if not exists collected (
    path text not null, size integer not null, mtime_ns integer not null,
    primary key (path, size, mtime_ns)
) without rowid;
create table if not exists bundles (bundle_no integer primary key);
"""


class Journal:
    """The deliveries whose bytes are in a finished bundle."""

    def __init__(self, connection: sqlite3.Connection) -> None:
        self._connection = connection

    def knows(self, key: Key) -> bool:
        found = self._connection.execute(
            "select 1 from collected where path = ? and size = ? and mtime_ns = ?", key
        )
        return found.fetchone() is not None

    def bundles(self, after: int = 0) -> list[int]:
        """The numbers of the finished bundles in their order, those greater than `after`."""
        found = self._connection.execute(
            "select bundle_no from bundles where bundle_no > ? order by bundle_no", (after,)
        )
        return [bundle_no for (bundle_no,) in found]

    def next_bundle_no(self) -> int:
        found = self._connection.execute("select coalesce(max(bundle_no), 0) + 1 from bundles")
        return int(found.fetchone()[0])

    def add(self, bundle_no: int, keys: Iterable[Key]) -> None:
        """Record a finished bundle with its deliveries, all or nothing."""
        with self._connection:
            self._connection.executemany("insert or ignore into collected values (?, ?, ?)", keys)
            self._connection.execute("insert or ignore into bundles values (?)", (bundle_no,))

    def forget(self, keys: Iterable[Key]) -> None:
        """Drop deliveries whose source is gone."""
        with self._connection:
            self._connection.executemany(
                "delete from collected where path = ? and size = ? and mtime_ns = ?", keys
            )


@contextmanager
def open_journal(path: Path) -> Iterator[Journal]:
    path.parent.mkdir(parents=True, exist_ok=True)
    connection = sqlite3.connect(path)
    try:
        connection.executescript(SCHEMA)
        yield Journal(connection)
    finally:
        connection.close()
