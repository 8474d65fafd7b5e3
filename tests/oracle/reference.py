"""Reference rows read from CSV text, as one knowledge time sees them."""

import csv
import io
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from fractions import Fraction
from functools import cached_property
from pathlib import Path

from tests.oracle.records import digits

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


class Reference:
    """A reference folder's rows by file; an absent file is empty."""

    def __init__(self, files: Mapping[str, Sequence[Row]]) -> None:
        self.files = files

    @classmethod
    def read(cls, folder: Path) -> "Reference":
        return cls(
            {
                path.stem: list(csv.DictReader(io.StringIO(path.read_text("utf-8"))))
                for path in folder.glob("*.csv")
            }
        )

    def rows(self, name: str) -> Sequence[Row]:
        return self.files.get(name, ())

    @cached_property
    def tariffs(self) -> dict[str, list[Tariff]]:
        """Tariffs by plan."""
        steps: dict[str, list[Step]] = {}
        for row in self.rows("tariff_steps"):
            steps.setdefault(row["tariff_id"], []).append(_step(row))
        by_plan: dict[str, list[Tariff]] = {}
        for row in self.rows("tariffs"):
            own = tuple(sorted(steps.get(row["tariff_id"], []), key=lambda step: step.step_no))
            by_plan.setdefault(row["plan_id"], []).append(_tariff(row, own))
        return by_plan

    @cached_property
    def prefixes(self) -> dict[str, list[Prefix]]:
        """Destination rows by their digits; `*` and empty are the prefix of no digits."""
        found: dict[str, list[Prefix]] = {}
        for row in self.rows("destinations"):
            bare = digits(row["prefix"].removeprefix("*"))
            found.setdefault(bare, []).append(Prefix(bare, row["zone"], *validity(row)))
        return found

    @cached_property
    def networks(self) -> dict[str, str]:
        return {row["network"]: row["zone"] for row in self.rows("roaming_networks")}

    @cached_property
    def timed_services(self) -> set[str]:
        if "services" not in self.files:
            return {"voice"}
        return {row["service"] for row in self.rows("services") if row["is_timed"] == "true"}

    @cached_property
    def calendars(self) -> dict[str, list[Band]]:
        found: dict[str, list[Band]] = {}
        for row in self.rows("time_bands"):
            found.setdefault(row["calendar_id"], []).append(
                Band(
                    row["band"],
                    row["days"].replace(" ", "").lower(),
                    _minute(row["from_time"]),
                    _minute(row["to_time"]),
                    int(row["priority"]) if row.get("priority") else None,
                )
            )
        return found

    @cached_property
    def holidays(self) -> set[tuple[str, date]]:
        rows = self.rows("holidays")
        return {(row["calendar_id"], date.fromisoformat(row["date"])) for row in rows}

    def calendar_of(self, plan_id: str | None) -> str | None:
        """The plan's calendar, else that of plan `*`, else none."""
        given = {row["plan_id"]: row["calendar_id"] for row in self.rows("plan_calendars")}
        return given.get(plan_id or "*", given.get("*"))

    @cached_property
    def _minor_digits(self) -> dict[str, int]:
        rows = self.rows("currencies")
        return {row["currency"]: int(row.get("minor_digits") or 2) for row in rows}

    def minor_digits(self, currency: str) -> int:
        return self._minor_digits.get(currency, 2)

    def plan_currency(self, plan_id: str | None, at: datetime) -> str | None:
        """Currency of the plan's row valid at that time, else of its last; None if unsaid."""
        rows = [row for row in self.rows("plans") if row["plan_id"] == plan_id]
        rows.sort(key=lambda row: (is_valid(validity(row), at), validity(row)), reverse=True)
        return rows[0].get("currency") or None if rows else None


def is_valid(validity: tuple[datetime, datetime], at: datetime) -> bool:
    return validity[0] <= at < validity[1]


def validity(row: Row) -> tuple[datetime, datetime]:
    start, end = row.get("valid_from"), row.get("valid_to")
    return (
        datetime.fromisoformat(start) if start else ALWAYS,
        datetime.fromisoformat(end) if end else NEVER,
    )


def _minute(text: str) -> int:
    hour, minute = text.split(":")[:2]
    return int(hour) * 60 + int(minute)


def fraction(row: Row, column: str) -> Fraction | None:
    return Fraction(row[column]) if row.get(column) else None


def _step(row: Row) -> Step:
    return Step(
        step_no=int(row["step_no"]),
        lo=fraction(row, "from_units") or Fraction(0),
        hi=fraction(row, "to_units"),
        price=fraction(row, "price") or Fraction(0),
        unit_size=fraction(row, "unit_size") or Fraction(1),
        increment=fraction(row, "increment"),
        flat_fee=fraction(row, "flat_fee") or Fraction(0),
    )


def _tariff(row: Row, steps: tuple[Step, ...]) -> Tariff:
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
