"""Rows of the reference that billing reads, as one knowledge time sees them."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction
from functools import cached_property

from tests.oracle.reference import Reference
from tests.oracle.reference_rows import ALWAYS, Row, fraction, is_valid, validity

ANY = "*"
Values = tuple[str | None, ...]
Known = tuple[tuple[datetime, datetime], Row]


@dataclass(frozen=True)
class Tax:
    """`rate` in percent; None is not taxed. `valid_from` tells its row from others."""

    rate: Fraction | None = None
    basis: str | None = None
    valid_from: datetime = ALWAYS


@dataclass(frozen=True)
class Discount:
    """A row of discounts; `account_id` None is any account, `plan_id` `*` any plan."""

    discount_id: str
    account_id: str | None
    plan_id: str
    taken_on: str
    percent: Fraction
    amount: Fraction
    valid_from: datetime
    valid_to: datetime

    def is_on(self, line_type: str) -> bool:
        return self.taken_on == "total" or (self.taken_on == "usage") == (line_type == "usage")

    def is_for(self, account_id: str, plan_id: str | None) -> bool:
        return self.account_id in (None, account_id) and self.plan_id in (ANY, plan_id)


class Prices:
    """What fees, taxes, exchange rates and discounts were at a moment."""

    def __init__(self, reference: Reference) -> None:
        self.reference = reference
        self._included: dict[str, list[Known]] = {}
        self._rows: dict[tuple[str, tuple[str, ...]], dict[Values, list[Known]]] = {}
        self.discounts = [
            discount(row)
            for row in reference.rows("discounts")
            if row.get("account_id") or row.get("plan_id")
        ]

    def valid(self, name: str, at: datetime, **values: str | None) -> list[Row]:
        """Rows of a file that are valid at a moment and have these values."""
        columns = tuple(values)
        if (name, columns) not in self._rows:
            index = self._rows[name, columns] = defaultdict(list)
            for row in self.reference.rows(name):
                index[tuple(row.get(column) for column in columns)].append((validity(row), row))
        found = self._rows[name, columns].get(tuple(values.values()), ())
        return [row for valid, row in found if is_valid(valid, at)]

    def included(self, plan_id: str) -> list[tuple[tuple[datetime, datetime], Row]]:
        """The bundles that a plan includes and that have a price, with their validity."""
        if plan_id not in self._included:
            self._included[plan_id] = [
                (validity(row), row)
                for row in self.reference.rows("bundles")
                if row.get("plan_id") in (ANY, plan_id) and (fraction(row, "price") or 0) > 0
            ]
        return self._included[plan_id]

    @cached_property
    def prorating(self) -> set[str]:
        """The plans of which some version is charged by days."""
        rows = self.reference.rows("plans")
        return {row["plan_id"] for row in rows if row.get("prorate") == "true"}

    def discounts_for(self, account_id: str, plan_ids: Iterable[str | None]) -> list[Discount]:
        """The discounts that may be for lines of these plans of an account."""
        plans = {ANY, *plan_ids}
        return [
            discount
            for discount in self.discounts
            if discount.account_id == account_id
            or (discount.account_id is None and discount.plan_id in plans)
        ]

    def tax(self, profile: str | None, code: str | None, at: datetime) -> Tax:
        """The row for the very profile before `*`, then for the very code before `*`."""
        for wanted in ((profile, code), (profile, ANY), (ANY, code), (ANY, ANY)):
            if None in wanted:
                continue
            for row in self.valid("taxes", at, tax_profile=wanted[0], tax_code=wanted[1]):
                basis = row.get("basis") or "net"
                return Tax(Fraction(row["rate_percent"]), basis, validity(row)[0])
        return Tax()

    def exchange(self, have: str, want: str, at: datetime) -> tuple[Fraction, datetime] | None:
        """The rate and when its row begins; None if there is none."""
        if have == want:
            return Fraction(1), ALWAYS
        for row in self.valid("exchange_rates", at, from_currency=have, to_currency=want):
            return Fraction(row["rate"]), validity(row)[0]
        return None

    def version(self, name: str, key: str, value: str, at: datetime) -> Row | None:
        """The version of a tariff, plan or bundle that is valid at a moment."""
        return next(iter(self.valid(name, at, **{key: value})), None)

    @staticmethod
    def begins(row: Row) -> datetime:
        """When a version begins; always, where it does not say."""
        return validity(row)[0]


def discount(row: Row) -> Discount:
    valid_from, valid_to = validity(row)
    account_id = row.get("account_id") or None
    return Discount(
        discount_id=row["discount_id"],
        account_id=None if account_id == ANY else account_id,
        plan_id=row.get("plan_id") or ANY,
        taken_on=row["on"],
        percent=fraction(row, "percent") or Fraction(0),
        amount=fraction(row, "amount") or Fraction(0),
        valid_from=valid_from,
        valid_to=valid_to,
    )
