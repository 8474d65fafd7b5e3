"""Rows of the reference files as the oracle reads them, with their defaults."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from fractions import Fraction

Row = Mapping[str, str]
ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)


@dataclass(frozen=True)
class Step:
    """One step [lo, hi) of a tariff; `hi` None has no end, `increment` None rounds nothing."""

    step_no: int
    lo: Fraction
    hi: Fraction | None
    price: Fraction
    unit_size: Fraction
    increment: Fraction | None
    flat_fee: Fraction


@dataclass(frozen=True)
class Tariff:
    """One version of a tariff with its steps in order. `*` stands for any; None for the default."""

    tariff_id: str
    plan_id: str
    service: str
    direction: str
    roaming_zone: str
    destination_zone: str
    band: str
    connection_fee: Fraction
    min_charge: Fraction | None
    max_charge: Fraction | None
    tier_scope: str
    tier_mode: str
    beyond_last_step: str
    rounding_scale: int | None
    rounding_mode: str
    priority: int | None
    valid_from: datetime
    valid_to: datetime
    steps: tuple[Step, ...]

    @property
    def wildcards(self) -> int:
        places = (self.roaming_zone, self.destination_zone)
        return (self.service, self.direction, *places, self.band).count("*")


@dataclass(frozen=True)
class Prefix:
    digits: str
    zone: str
    valid_from: datetime
    valid_to: datetime


@dataclass(frozen=True)
class Band:
    """One row of a calendar. Times are minutes of the day; `to_minute` <= `from_minute` crosses."""

    name: str
    days: str
    from_minute: int
    to_minute: int
    priority: int | None


def is_valid(validity: tuple[datetime, datetime], at: datetime) -> bool:
    return validity[0] <= at < validity[1]


def validity(row: Row) -> tuple[datetime, datetime]:
    start, end = row.get("valid_from"), row.get("valid_to")
    return (
        datetime.fromisoformat(start) if start else ALWAYS,
        datetime.fromisoformat(end) if end else NEVER,
    )


def minute_of(text: str) -> int:
    hour, minute = text.split(":")[:2]
    return int(hour) * 60 + int(minute)


def fraction(row: Row, column: str) -> Fraction | None:
    return Fraction(row[column]) if row.get(column) else None


def read_step(row: Row) -> Step:
    return Step(
        step_no=int(row["step_no"]),
        lo=fraction(row, "from_units") or Fraction(0),
        hi=fraction(row, "to_units"),
        price=fraction(row, "price") or Fraction(0),
        unit_size=fraction(row, "unit_size") or Fraction(1),
        increment=fraction(row, "increment"),
        flat_fee=fraction(row, "flat_fee") or Fraction(0),
    )


def read_tariff(row: Row, steps: tuple[Step, ...]) -> Tariff:
    valid_from, valid_to = validity(row)
    return Tariff(
        tariff_id=row["tariff_id"],
        plan_id=row["plan_id"],
        service=row["service"],
        direction=row.get("direction") or "*",
        roaming_zone=row.get("roaming_zone") or "*",
        destination_zone=row.get("destination_zone") or "*",
        band=row.get("band") or "*",
        connection_fee=fraction(row, "connection_fee") or Fraction(0),
        min_charge=fraction(row, "min_charge"),
        max_charge=fraction(row, "max_charge"),
        tier_scope=row.get("tier_scope") or "event",
        tier_mode=row.get("tier_mode") or "graduated",
        beyond_last_step=row.get("beyond_last_step") or "suspend",
        rounding_scale=int(row["rounding_scale"]) if row.get("rounding_scale") else None,
        rounding_mode=row.get("rounding_mode") or "half_up",
        priority=int(row["priority"]) if row.get("priority") else None,
        valid_from=valid_from,
        valid_to=valid_to,
        steps=steps,
    )
