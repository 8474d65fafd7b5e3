"""What dashboards ask, answered from every table as it was published."""

from collections.abc import Iterator
from datetime import UTC, date, datetime
from decimal import Decimal

import pytest

from serving.cassandra.answers import DispositionCount, FileCount, Run, Suspense, UsageDay
from serving.cassandra.read import Reader, months_down
from tests.integration.serving_tables import RUNS, Lake

AS_OF = datetime(2027, 1, 2, tzinfo=UTC)
SQL_AS_OF = "timestamp '2027-01-02 00:00:00Z'"


def usage(account_id: str, day: str, service: str, zone: str = "") -> str:
    month = day.replace("-", "")[:6]
    return (
        f"('{account_id}', {month}, date '{day}', '{service}', '{zone}', 'EUR', 2, 61.5, 0.25, "
        f"{SQL_AS_OF}, 3, false)"
    )


def disposition(day: str, name: str, reason: str, service: str, records: int) -> str:
    month = day.replace("-", "")[:6]
    return (
        f"({month}, date '{day}', '{name}', '{reason}', '{service}', {records}, {records}.5, "
        f"{SQL_AS_OF}, 3, false)"
    )


@pytest.fixture
def reader(lake: Lake) -> Iterator[Reader]:
    """Reads what is published of a few hand-made rows."""
    lake.create(
        "serving.account_usage_daily",
        [
            usage("A1", "2026-11-30", "voice", "DE"),
            usage("A1", "2026-12-30", "data"),
            usage("A1", "2026-12-31", "voice", "DE"),
            usage("A1", "2027-01-01", "voice", "DE"),
            usage("A2", "2027-01-01", "voice", "DE"),
        ],
    )
    lake.create(
        "serving.file_counts",
        [
            f"('usage', date '2027-01-01', 'loaded', 3, 30, 1, {SQL_AS_OF}, 3, false)",
            f"('usage', date '2027-01-02', 'duplicate', 1, 0, 0, {SQL_AS_OF}, 3, false)",
            f"('account', date '2027-01-01', 'loaded', 1, 2, 0, {SQL_AS_OF}, 3, false)",
        ],
    )
    lake.create(
        "serving.disposition_counts",
        [
            disposition("2026-12-31", "suspended", "no_tariff", "voice", 2),
            disposition("2027-01-01", "suspended", "no_tariff", "voice", 3),
            disposition("2027-01-01", "suspended", "conflict", "sms", 9),
            disposition("2027-01-01", "rated", "", "voice", 70),
        ],
    )
    run = (
        "timestamp '2027-01-02 03:04:05.678Z', timestamp '2027-01-02 03:05:00Z', 'completed', "
        f'{SQL_AS_OF}, 4, 32, 1, 30, 1, \'{{"EUR":"12.300000"}}\', 54322'
    )
    lake.create(RUNS, [f"({number}, {run})" for number in (1, 2, 3)])
    lake.publish()
    with Reader(lake.settings) as opened:
        yield opened


def test_usage_of_an_account_between_two_months_newest_day_first(reader: Reader) -> None:
    days = reader.usage_daily("A1", 202612, 202701)
    assert [(day.usage_date, day.service) for day in days] == [
        (date(2027, 1, 1), "voice"),
        (date(2026, 12, 31), "voice"),
        (date(2026, 12, 30), "data"),
    ]
    quantity, charge = Decimal("61.5"), Decimal("0.25")
    assert days[2] == UsageDay(
        "A1", date(2026, 12, 30), "data", "", "EUR", 2, quantity, charge, AS_OF
    )
    assert reader.usage_daily("A1", 202701, 202612) == []
    assert reader.usage_daily("nobody", 202612, 202701) == []


def test_files_by_day_and_status(reader: Reader) -> None:
    assert reader.file_counts(since=date(2027, 1, 2)) == [
        FileCount("usage", date(2027, 1, 2), "duplicate", 1, 0, 0, AS_OF)
    ]
    assert [(count.feed, count.file_count) for count in reader.file_counts()] == [
        ("usage", 1),
        ("account", 1),
        ("usage", 3),
    ]


def test_dispositions_and_what_is_suspended_by_reason(reader: Reader) -> None:
    assert reader.disposition_counts(202612, 202612) == [
        DispositionCount(
            date(2026, 12, 31), "suspended", "no_tariff", "voice", 2, Decimal("2.5"), AS_OF
        )
    ]
    first, last = date(2026, 12, 31), date(2027, 1, 1)
    assert reader.suspense(202612, 202701) == [
        Suspense("conflict", "sms", 9, Decimal("9.5"), last, last),
        Suspense("no_tariff", "voice", 5, Decimal("6.0"), first, last),
    ]


def test_the_last_runs_newest_first(reader: Reader) -> None:
    runs = reader.recent_runs(limit=2)
    assert [run.run_id for run in runs] == [3, 2]
    assert runs[0] == Run(
        run_id=3,
        started_at=datetime(2027, 1, 2, 3, 4, 5, 678000, UTC),
        finished_at=datetime(2027, 1, 2, 3, 5, tzinfo=UTC),
        status="completed",
        as_of=AS_OF,
        file_count=4,
        record_count=32,
        rejected_count=1,
        rated_count=30,
        suspended_count=1,
        duration_ms=54322,
        charges={"EUR": Decimal("12.300000")},
    )


def test_months_go_down_over_the_turn_of_a_year() -> None:
    assert months_down(202611, 202702) == [202702, 202701, 202612, 202611]
