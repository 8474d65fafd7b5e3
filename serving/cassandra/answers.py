"""What Cassandra answers: amounts and quantities are exact decimals, times are in UTC."""

from dataclasses import dataclass, field
from datetime import date, datetime
from decimal import Decimal


@dataclass(frozen=True)
class Balance:
    """What an account owes (`balance_amount`, billed less paid), in its currency, unbilled apart.

    `credit_limit` None: no limit.
    """

    account_id: str
    parent_account_id: str | None
    name: str | None
    currency: str | None
    time_zone: str | None
    billed_amount: Decimal | None
    unbilled_amount: Decimal | None
    paid_amount: Decimal | None
    balance_amount: Decimal | None
    credit_limit: Decimal | None
    as_of: datetime | None


@dataclass(frozen=True)
class UsageDay:
    """What an account used of a service towards a zone on a local day; zone '' is none."""

    account_id: str
    usage_date: date
    service: str
    destination_zone: str
    currency: str
    event_count: int
    quantity: Decimal
    charge_amount: Decimal
    as_of: datetime | None


@dataclass(frozen=True)
class FileCount:
    """Files of a feed that came on a day (UTC) and ended in one status."""

    feed: str
    received_date: date
    status: str
    file_count: int
    record_count: int
    rejected_count: int
    as_of: datetime | None


@dataclass(frozen=True)
class DispositionCount:
    """Usage records of a day and service with one disposition; `reason` '' is none."""

    event_date: date
    disposition: str
    reason: str
    service: str
    record_count: int
    quantity: Decimal
    as_of: datetime | None


@dataclass(frozen=True)
class Suspense:
    """Usage records of a service that wait for the same missing thing, and since which day."""

    reason: str
    service: str
    record_count: int
    quantity: Decimal
    first_date: date
    last_date: date


@dataclass(frozen=True)
class Run:
    """One committed run. `charges`: all so far, by currency; `as_of`: its knowledge time."""

    run_id: int
    started_at: datetime
    finished_at: datetime
    status: str
    as_of: datetime
    file_count: int
    record_count: int
    rejected_count: int
    rated_count: int
    suspended_count: int
    duration_ms: int
    charges: dict[str, Decimal] = field(default_factory=dict)
