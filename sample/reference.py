"""The parts of a reference folder that the generator needs to know what it plants."""

import csv
from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from pathlib import Path

Row = dict[str, str]


def read_rows(path: Path) -> list[Row]:
    """All rows of a reference CSV file as text; an absent file is empty."""
    if not path.exists():
        return []
    with path.open(newline="", encoding="utf-8") as source:
        return list(csv.DictReader(source))


def epoch(text: str) -> int:
    """Seconds since 1970 of an ISO 8601 time with an offset."""
    return int(datetime.fromisoformat(text).timestamp())


@dataclass(frozen=True)
class Reference:
    """Plans, tariffs, bundles, calendars, destinations and networks of one folder."""

    folder: Path

    @cached_property
    def currency_of_plan(self) -> dict[str, str]:
        return {row["plan_id"]: row["currency"] for row in read_rows(self.folder / "plans.csv")}

    @cached_property
    def minor_digits(self) -> dict[str, int]:
        rows = read_rows(self.folder / "currencies.csv")
        return {row["currency"]: int(row["minor_digits"]) for row in rows}

    @cached_property
    def tariffs(self) -> list[Row]:
        return read_rows(self.folder / "tariffs.csv")

    @cached_property
    def steps(self) -> dict[str, list[Row]]:
        steps: dict[str, list[Row]] = {}
        for row in read_rows(self.folder / "tariff_steps.csv"):
            steps.setdefault(row["tariff_id"], []).append(row)
        return steps

    @cached_property
    def bundles(self) -> list[Row]:
        return read_rows(self.folder / "bundles.csv")

    @cached_property
    def calendar_of_plan(self) -> dict[str, str]:
        rows = read_rows(self.folder / "plan_calendars.csv")
        return {row["plan_id"]: row["calendar_id"] for row in rows}

    @cached_property
    def time_bands(self) -> dict[str, list[Row]]:
        bands: dict[str, list[Row]] = {}
        for row in read_rows(self.folder / "time_bands.csv"):
            bands.setdefault(row["calendar_id"], []).append(row)
        return bands

    @cached_property
    def holidays(self) -> set[tuple[str, str]]:
        """(calendar, ISO date)."""
        rows = read_rows(self.folder / "holidays.csv")
        return {(row["calendar_id"], row["date"]) for row in rows}

    @cached_property
    def zone_of_prefix(self) -> dict[str, str]:
        return {row["prefix"]: row["zone"] for row in read_rows(self.folder / "destinations.csv")}

    @cached_property
    def zone_of_network(self) -> dict[str, str]:
        rows = read_rows(self.folder / "roaming_networks.csv")
        return {row["network"]: row["zone"] for row in rows}
