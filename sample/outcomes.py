"""What must become of every record that the generator writes, and the sums of it."""

from enum import IntEnum
from typing import TYPE_CHECKING, Any

import numpy as np

if TYPE_CHECKING:
    from sample.events import Events


class Outcome(IntEnum):
    """Index into DISPOSITIONS."""

    RATED = 0
    UNKNOWN_SUBSCRIBER = 1
    SUBSCRIPTION_SUSPENDED = 2
    UNKNOWN_ACCOUNT = 3
    UNKNOWN_NETWORK = 4
    NO_TARIFF = 5
    CONFLICT = 6
    UNKNOWN_TARGET = 7
    DUPLICATE = 8
    SUPERSEDED = 9
    CANCELLED = 10
    CANCEL = 11


DISPOSITIONS: tuple[tuple[str, str | None], ...] = (
    ("rated", None),
    ("suspended", "unknown_subscriber"),
    ("suspended", "subscription_suspended"),
    ("suspended", "unknown_account"),
    ("suspended", "unknown_network"),
    ("suspended", "no_tariff"),
    ("suspended", "conflict"),
    ("suspended", "unknown_target"),
    ("duplicate", None),
    ("superseded", None),
    ("cancelled", None),
    ("not_chargeable", "cancel"),
)


class Tally:
    """Records and quantities by outcome and service; quantities are whole units."""

    def __init__(self, services: tuple[str, ...]) -> None:
        self.services = services
        shape = (len(Outcome), len(services))
        self.records = np.zeros(shape, dtype=np.int64)
        self.quantity = np.zeros(shape, dtype=object)

    def add(self, events: "Events", sign: int = 1) -> None:
        """Count records once each (sign -1: take them out again)."""
        for outcome in np.unique(events.outcome):
            for service in range(len(self.services)):
                rows = (events.outcome == outcome) & (events.service == service)
                self.records[outcome, service] += sign * int(rows.sum())
                self.quantity[outcome, service] += sign * int(events.quantity[rows].sum())

    def plus(self, other: "Tally") -> "Tally":
        """A new tally with the sums of both."""
        total = Tally(self.services)
        total.records = self.records + other.records
        total.quantity = self.quantity + other.quantity
        return total

    @property
    def total(self) -> int:
        return int(self.records.sum())

    def as_manifest(self) -> dict[str, Any]:
        """Dispositions as JSON values; quantities are decimal text."""
        return {
            "records": self.total,
            "dispositions": [
                {
                    "disposition": disposition,
                    "reason": reason,
                    "records": int(self.records[outcome].sum()),
                    "services": {
                        name: {
                            "records": int(self.records[outcome, service]),
                            "quantity": str(self.quantity[outcome, service]),
                        }
                        for service, name in enumerate(self.services)
                        if self.records[outcome, service]
                    },
                }
                for outcome, (disposition, reason) in enumerate(DISPOSITIONS)
                if self.records[outcome].sum()
            ],
        }


def millionths(amount: int) -> str:
    """An integer of millionths as decimal text with six decimals."""
    sign = "-" if amount < 0 else ""
    return f"{sign}{abs(amount) // 1_000_000}.{abs(amount) % 1_000_000:06d}"
