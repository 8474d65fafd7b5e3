"""The questions that dashboards and the closing lines of a run ask of Cassandra."""

import json
from collections.abc import Iterable, Sequence
from contextlib import ExitStack
from dataclasses import fields
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any, Self, TypeVar

from cassandra import InvalidRequest, OperationTimedOut, RequestExecutionException
from cassandra.cluster import NoHostAvailable, Session
from cassandra.concurrent import execute_concurrent_with_args
from cassandra.query import PreparedStatement
from cassandra.util import Date

from ingestion.settings import Settings
from serving.cassandra.answers import Balance, DispositionCount, FileCount, Run, Suspense, UsageDay
from serving.cassandra.connect import READER, CassandraUnavailable, connection, session

Answer = TypeVar("Answer", Balance, UsageDay, FileCount, DispositionCount)
SOME_BALANCES = "select * from account_balances limit ?"
BALANCE = "select * from account_balances where account_id = ?"
USAGE_DAYS = "select * from account_usage_daily where account_id = ? and usage_month = ?"
FEEDS = "select distinct feed from file_counts"
FILE_COUNTS = "select * from file_counts where feed = ? and received_date >= ?"
DISPOSITIONS = "select * from disposition_counts where event_month = ?"
RUNS = "select * from runs where bucket = 'all' limit ?"
EVER = date(1970, 1, 1)


class Reader:
    """Reads what is published, as the role that may do no more; use it in `with`, or call close().

    Safe to share between threads. Months are numbers such as 202611. Every method raises
    CassandraUnavailable, also when nothing was ever published.
    """

    def __init__(self, settings: Settings) -> None:
        self._stack = ExitStack()
        self._to = connection(settings, READER)
        self._session: Session = self._stack.enter_context(session(self._to))
        self._prepared: dict[str, PreparedStatement] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        self._stack.close()

    def balances(
        self, account_ids: Iterable[str] | None = None, *, limit: int = 50
    ) -> list[Balance]:
        """The balances of these accounts, in their order; or of any `limit` accounts, by id."""
        if account_ids is None:
            rows = self._rows(SOME_BALANCES, [(limit,)])
            return sorted(as_answers(Balance, rows), key=lambda balance: balance.account_id)
        return as_answers(
            Balance, self._rows(BALANCE, [(account_id,) for account_id in account_ids])
        )

    def find_account(self, account_id: str) -> Balance | None:
        """The balance of the account with this id, spaces around it ignored; None if none."""
        found = self.balances([account_id.strip()]) if account_id.strip() else []
        return found[0] if found else None

    def usage_daily(self, account_id: str, from_month: int, to_month: int) -> list[UsageDay]:
        """What an account used from the first to the last of these months, newest day first."""
        keys = [(account_id, month) for month in months_down(from_month, to_month)]
        return as_answers(UsageDay, self._rows(USAGE_DAYS, keys))

    def file_counts(self, since: date = EVER) -> list[FileCount]:
        """Files by feed, day received and status, newest day first."""
        feeds = sorted(row.feed for row in self._rows(FEEDS, [()]))
        counts = as_answers(FileCount, self._rows(FILE_COUNTS, [(feed, since) for feed in feeds]))
        return sorted(counts, key=lambda count: count.received_date, reverse=True)

    def disposition_counts(self, from_month: int, to_month: int) -> list[DispositionCount]:
        """Usage records by day, disposition, reason and service, newest day first."""
        keys = [(month,) for month in months_down(from_month, to_month)]
        return as_answers(DispositionCount, self._rows(DISPOSITIONS, keys))

    def suspense(self, from_month: int, to_month: int) -> list[Suspense]:
        """What is suspended in these months by reason and service, most records first."""
        found: dict[tuple[str, str], list[DispositionCount]] = {}
        for count in self.disposition_counts(from_month, to_month):
            if count.disposition == "suspended":
                found.setdefault((count.reason, count.service), []).append(count)
        suspended = [suspense_of(*key, counts) for key, counts in found.items()]
        return sorted(suspended, key=lambda row: (-row.record_count, row.reason, row.service))

    def recent_runs(self, limit: int = 20) -> list[Run]:
        """The last runs, newest first."""
        return [as_run(row) for row in self._rows(RUNS, [(limit,)])]

    def _rows(self, query: str, keys: Sequence[tuple[object, ...]]) -> list[Any]:
        """All rows that a query gives for each of the keys, in the order of the keys."""
        try:
            statement = self._prepared.get(query) or self._prepare(query)
            results = execute_concurrent_with_args(self._session, statement, keys, concurrency=32)
            return [row for _, rows in results for row in rows]
        except InvalidRequest as refused:
            raise CassandraUnavailable(
                f"Cassandra at {self._to.where} has no balances in keyspace "
                f"{self._to.keyspace!r} yet; `ratelake run` publishes them ({refused})"
            ) from refused
        except (NoHostAvailable, OperationTimedOut, RequestExecutionException) as failure:
            raise CassandraUnavailable(
                f"Cassandra at {self._to.where} does not answer: {failure}"
            ) from failure

    def _prepare(self, query: str) -> PreparedStatement:
        qualified = query.replace(" from ", f" from {self._to.keyspace}.", 1)
        self._prepared[query] = self._session.prepare(qualified)
        return self._prepared[query]


def months_down(from_month: int, to_month: int) -> list[int]:
    """Every month from the last to the first, such as 202701, 202612."""
    first, last = (month // 100 * 12 + month % 100 - 1 for month in (from_month, to_month))
    return [month // 12 * 100 + month % 12 + 1 for month in range(last, first - 1, -1)]


def as_answers(kind: type[Answer], rows: Iterable[Any]) -> list[Answer]:
    names = [field.name for field in fields(kind)]
    return [kind(**{name: as_python(getattr(row, name)) for name in names}) for row in rows]


def as_python(value: Any) -> Any:
    """The driver's dates as dates, and its times, which are UTC and do not say so, as UTC."""
    if isinstance(value, Date):
        return value.date()
    return value.replace(tzinfo=UTC) if isinstance(value, datetime) else value


def as_run(row: Any) -> Run:
    names = [field.name for field in fields(Run) if field.name != "charges"]
    charges = json.loads(row.charges_json or "{}")
    return Run(
        **{name: as_python(getattr(row, name)) for name in names},
        charges={currency: Decimal(amount) for currency, amount in charges.items()},
    )


def suspense_of(reason: str, service: str, counts: list[DispositionCount]) -> Suspense:
    days = [count.event_date for count in counts]
    return Suspense(
        reason,
        service,
        record_count=sum(count.record_count for count in counts),
        quantity=sum((count.quantity for count in counts), Decimal(0)),
        first_date=min(days),
        last_date=max(days),
    )
