"""A reader with answers known by hand, for the pages: Cassandra is not the point there."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal

from cassandra import InvalidRequest

from serving.cassandra.answers import Balance, DispositionCount, FileCount, Run, Suspense, UsageDay
from serving.cassandra.connect import CassandraUnavailable

KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)
# inside the two years that the pages read, whenever the tests run
TODAY = datetime.now(UTC).date()
THIS_MONTH = TODAY.replace(day=1)
LAST_MONTH = (THIS_MONTH - timedelta(days=1)).replace(day=1)


def balance(
    account_id: str,
    name: str | None,
    billed: str,
    unbilled: str,
    paid: str,
    limit: str | None = None,
    *,
    currency: str = "EUR",
    time_zone: str = "Europe/Vienna",
) -> Balance:
    return Balance(
        account_id,
        None,
        name,
        currency,
        time_zone,
        billed_amount=Decimal(billed),
        unbilled_amount=Decimal(unbilled),
        paid_amount=Decimal(paid),
        balance_amount=Decimal(billed) - Decimal(paid),
        credit_limit=None if limit is None else Decimal(limit),
        as_of=KNOWN_AT,
    )


def usage(day: date, service: str, zone: str, events: int, quantity: str, charge: str) -> UsageDay:
    return UsageDay(
        "A1", day, service, zone, "EUR", events, Decimal(quantity), Decimal(charge), KNOWN_AT
    )


def run(run_id: int, records: int, rejected: int, rated: int, suspended: int) -> Run:
    return Run(
        run_id,
        started_at=KNOWN_AT,
        finished_at=KNOWN_AT + timedelta(seconds=95),
        status="completed",
        as_of=KNOWN_AT,
        file_count=10 * run_id,
        record_count=records,
        rejected_count=rejected,
        rated_count=rated,
        suspended_count=suspended,
        duration_ms=95_000,
        charges={"EUR": Decimal("1234.5"), "JPY": Decimal("900")},
    )


def disposed(disposition: str, reason: str, service: str, records: int) -> DispositionCount:
    return DispositionCount(
        THIS_MONTH, disposition, reason, service, records, Decimal(60 * records), KNOWN_AT
    )


MARKUP = "*Stars* [link](http://example.com) <b>$x$</b>"
ACCOUNTS = [
    balance("A1", "Zoë Müller", "40.00", "90.25", "10.00", "100.00"),
    balance("A2", "José García", "12.30", "0", "12.30"),
    balance(
        "A3", "García & Sons", "5000", "0", "0", "9000", currency="JPY", time_zone="Asia/Tokyo"
    ),
    balance("A4", MARKUP, "0.005", "0", "0"),
]
USAGE = [
    usage(THIS_MONTH, "voice", "national", 3, "185", "100.10"),
    usage(THIS_MONTH, "voice", "abroad", 1, "60", "20.05"),
    usage(THIS_MONTH, "data", "", 2, "1048576", "0.10"),
    usage(LAST_MONTH, "sms", "national", 4, "4", "10.00"),
]
RUNS = [run(2, 1000, 10, 900, 50), run(1, 600, 4, 560, 30)]
FILES = [
    FileCount("usage", date(2026, 11, 1), "loaded", 5, 990, 4, KNOWN_AT),
    FileCount("usage", date(2026, 11, 1), "rejected", 1, 10, 6, KNOWN_AT),
    FileCount("account", date(2026, 10, 31), "loaded", 1, 4, 0, KNOWN_AT),
]
DISPOSITIONS = [
    disposed("rated", "", "voice", 900),
    disposed("suspended", "unknown_subscriber", "voice", 30),
    disposed("suspended", "unknown_subscriber", "sms", 5),
    disposed("suspended", "no_tariff", "voice", 15),
    disposed("duplicate", "", "voice", 40),
]
SUSPENSE = [
    Suspense("unknown_subscriber", "voice", 30, Decimal(1800), LAST_MONTH, THIS_MONTH),
    Suspense("no_tariff", "voice", 15, Decimal(900), THIS_MONTH, THIS_MONTH),
]


@dataclass
class KnownAnswers:
    """Stands in for serving.cassandra.read.Reader; `failure` is raised at every question."""

    accounts: list[Balance] = field(default_factory=lambda: list(ACCOUNTS))
    usage: list[UsageDay] = field(default_factory=lambda: list(USAGE))
    runs: list[Run] = field(default_factory=lambda: list(RUNS))
    files: list[FileCount] = field(default_factory=lambda: list(FILES))
    dispositions: list[DispositionCount] = field(default_factory=lambda: list(DISPOSITIONS))
    waiting: list[Suspense] = field(default_factory=lambda: list(SUSPENSE))
    failure: CassandraUnavailable | None = None
    is_closed: bool = False

    @classmethod
    def empty(cls) -> "KnownAnswers":
        return cls([], [], [], [], [], [])

    def close(self) -> None:
        self.is_closed = True

    def balances(
        self, account_ids: Iterable[str] | None = None, *, limit: int = 50
    ) -> list[Balance]:
        self._fail()
        wanted = None if account_ids is None else set(account_ids)
        found = [a for a in self.accounts if wanted is None or a.account_id in wanted]
        return found[:limit]

    def find_account(self, account_id: str) -> Balance | None:
        return next(iter(self.balances([account_id])), None)

    def usage_daily(self, account_id: str, from_month: int, to_month: int) -> list[UsageDay]:
        self._fail()
        return [row for row in self.usage if row.account_id == account_id]

    def file_counts(self) -> list[FileCount]:
        self._fail()
        return self.files

    def disposition_counts(self, from_month: int, to_month: int) -> list[DispositionCount]:
        self._fail()
        return self.dispositions

    def suspense(self, from_month: int, to_month: int) -> list[Suspense]:
        self._fail()
        return self.waiting

    def recent_runs(self, limit: int = 20) -> list[Run]:
        self._fail()
        return self.runs[:limit]

    def _fail(self) -> None:
        if self.failure:
            raise self.failure


def away() -> CassandraUnavailable:
    return CassandraUnavailable("no Cassandra answers at 127.0.0.1:9042")


def never_published() -> CassandraUnavailable:
    """As the real reader raises it when the keyspace is not there."""
    failure = CassandraUnavailable("Cassandra at 127.0.0.1:9042 has no balances yet")
    failure.__cause__ = InvalidRequest("keyspace ratelake does not exist")
    return failure
