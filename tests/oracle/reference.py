"""Reference rows read from CSV text, as one knowledge time sees them."""

import csv
import io
from collections.abc import Mapping, Sequence
from datetime import date, datetime
from functools import cached_property
from pathlib import Path

from tests.oracle.records import digits
from tests.oracle.reference_rows import (
    Band,
    Prefix,
    Row,
    Tariff,
    is_valid,
    minute_of,
    read_step,
    read_tariff,
    validity,
)


class Reference:
    """A reference folder's rows by file; an absent file is empty."""

    def __init__(self, files: Mapping[str, Sequence[Row]]) -> None:
        self.files = files
        self._tariffs_for: dict[tuple[str, str], list[Tariff]] = {}

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
        steps = by(self.rows("tariff_steps"), "tariff_id")
        found: dict[str, list[Tariff]] = {}
        for row in self.rows("tariffs"):
            own = sorted(
                map(read_step, steps.get(row["tariff_id"], ())), key=lambda step: step.step_no
            )
            found.setdefault(row["plan_id"], []).append(read_tariff(row, tuple(own)))
        return found

    def tariffs_for(self, plan_id: str, service: str) -> list[Tariff]:
        """The tariffs of a plan that are for a service or for any."""
        key = (plan_id, service)
        if key not in self._tariffs_for:
            self._tariffs_for[key] = [
                tariff
                for tariff in self.tariffs.get(plan_id, ())
                if tariff.service in ("*", service)
            ]
        return self._tariffs_for[key]

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
                    minute_of(row["from_time"]),
                    minute_of(row["to_time"]),
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
        return self._calendar_ids.get(plan_id or "*", self._calendar_ids.get("*"))

    @cached_property
    def _calendar_ids(self) -> dict[str, str]:
        return {row["plan_id"]: row["calendar_id"] for row in self.rows("plan_calendars")}

    @cached_property
    def _minor_digits(self) -> dict[str, int]:
        rows = self.rows("currencies")
        return {row["currency"]: int(row.get("minor_digits") or 2) for row in rows}

    def minor_digits(self, currency: str) -> int:
        return self._minor_digits.get(currency, 2)

    def plan_currency(self, plan_id: str | None, at: datetime) -> str | None:
        """Currency of the plan's row valid at that time, else of its last; None if unsaid."""
        rows = self._plans.get(plan_id or "", ())
        if not rows:
            return None
        row = max(rows, key=lambda row: (is_valid(validity(row), at), validity(row)))
        return row.get("currency") or None

    @cached_property
    def _plans(self) -> dict[str, list[Row]]:
        return by(self.rows("plans"), "plan_id")


def by(rows: Sequence[Row], column: str) -> dict[str, list[Row]]:
    """Rows by what they have in a column."""
    found: dict[str, list[Row]] = {}
    for row in rows:
        found.setdefault(row[column], []).append(row)
    return found
