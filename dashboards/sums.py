"""Usage added up exactly: by day, service or zone, always within one currency."""

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeVar

from dashboards import figures
from dashboards.queries import Balance, UsageDay

Key = TypeVar("Key")


@dataclass(frozen=True)
class Sums:
    """Events, units and charge together. `quantity` means something for one service only."""

    events: int
    quantity: Decimal
    charge: Decimal


def summed(days: Iterable[UsageDay]) -> Sums:
    rows = list(days)
    return Sums(
        events=sum(row.event_count for row in rows),
        quantity=figures.total(row.quantity for row in rows),
        charge=figures.total(row.charge_amount for row in rows),
    )


def by(days: Iterable[UsageDay], key: Callable[[UsageDay], Key]) -> dict[Key, Sums]:
    """The sums for each value of the key."""
    groups: dict[Key, list[UsageDay]] = {}
    for row in days:
        groups.setdefault(key(row), []).append(row)
    return {value: summed(rows) for value, rows in groups.items()}


def dearest_first(found: Mapping[str, Sums]) -> list[tuple[str, Sums]]:
    return sorted(found.items(), key=lambda item: (-item[1].charge, item[0]))


def exposure(account: Balance) -> Decimal | None:
    """What counts against the credit limit: what is owed and what is unbilled; None: unknown."""
    if account.balance_amount is None:
        return None
    return figures.total([account.balance_amount, account.unbilled_amount])
