"""What a random world is made of, and what all worlds of one home share."""

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from random import Random

Row = dict[str, str]
Rows = list[Row]
Files = dict[str, Rows]
WAVES = 3
SERVICES = ("voice", "sms", "data")

# a moment to gather around, so that a lake of many worlds has few days and cycles: DST changes in
# both directions, at different hours and by different amounts, and ordinary days
PLACES = (
    ("Europe/Berlin", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Berlin", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("America/New_York", datetime(2026, 3, 8, 7, tzinfo=UTC)),
    ("America/New_York", datetime(2025, 11, 2, 6, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 4, 4, 15, tzinfo=UTC)),
    ("Australia/Lord_Howe", datetime(2026, 10, 3, 15, 30, tzinfo=UTC)),
    ("America/Havana", datetime(2026, 3, 8, 5, tzinfo=UTC)),
    ("Asia/Beirut", datetime(2026, 10, 24, 21, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 3, 29, 1, tzinfo=UTC)),
    ("Europe/Paris", datetime(2026, 10, 25, 1, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2026, 4, 4, 16, tzinfo=UTC)),
    ("Australia/Sydney", datetime(2026, 10, 3, 16, tzinfo=UTC)),
    ("Asia/Kathmandu", datetime(2026, 3, 28, 18, 15, tzinfo=UTC)),
    ("Pacific/Kiritimati", datetime(2026, 10, 24, 10, tzinfo=UTC)),
    ("UTC", datetime(2026, 4, 1, tzinfo=UTC)),
)
CURRENCIES = ("EUR", "JPY", "KWD", "SEK")  # SEK is in no currencies file at first: two digits


def rate(have: str, want: str, value: str, *, valid_from: str = "", valid_to: str = "") -> Row:
    return {
        "from_currency": have,
        "to_currency": want,
        "rate": value,
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


def off_all_plans(taken_on: str, valid_from: str, valid_to: str) -> Row:
    return {
        "discount_id": f"all-{taken_on}",
        "plan_id": "*",
        "account_id": "",
        "on": taken_on,
        "percent": "1",
        "amount": "0.15",
        "valid_from": valid_from,
        "valid_to": valid_to,
    }


SHARED: tuple[Files, ...] = (
    {
        "services": [
            {"service": "voice", "unit": "second", "is_timed": "true"},
            {"service": "sms", "unit": "message", "is_timed": "false"},
            {"service": "data", "unit": "byte", "is_timed": "false"},
        ],
        "currencies": [
            {"currency": "EUR", "minor_digits": "2"},
            {"currency": "JPY", "minor_digits": "0"},
            {"currency": "KWD", "minor_digits": "3"},
        ],
        "exchange_rates": [
            rate("CHF", "EUR", "1.0734", valid_to="2026-03-29T12:00:00Z"),
            rate("CHF", "EUR", "1.08", valid_from="2026-03-29T12:00:00Z"),
            rate("EUR", "CHF", "0.9316"),
            rate("CHF", "JPY", "171.5"),
            rate("JPY", "CHF", "0.0058"),
            rate("CHF", "KWD", "0.3844", valid_from="2026-01-01T00:00:00Z"),
        ],
        "roaming_networks": [
            {"network": "208", "zone": "rz-france"},
            {"network": "20810", "zone": "rz-sfr"},
            {"network": "26201", "zone": "home"},
            {"network": "310", "zone": "rz-us"},
            {"network": "310410", "zone": "rz-att"},
        ],
        "time_bands": [
            {
                "calendar_id": "all",
                "band": "am",
                "days": "*",
                "from_time": "00:00",
                "to_time": "12:00",
                "priority": "",
            },
            {
                "calendar_id": "all",
                "band": "pm",
                "days": "*",
                "from_time": "12:00",
                "to_time": "24:00",
                "priority": "",
            },
        ],
    },
    # the second wave knows one more country and exchange rate, and discounts on all plans; the
    # third one more currency, a calendar for all plans without one, a zone for all other numbers
    {
        "roaming_networks": [{"network": "505", "zone": "rz-us"}],
        "exchange_rates": [rate("KWD", "CHF", "2.6012")],
        "discounts": [
            off_all_plans("usage", "2026-03-20T00:00:00Z", "2026-04-10T00:00:00Z"),
            off_all_plans("recurring", "2026-10-20T00:00:00Z", "2026-11-10T00:00:00Z"),
        ],
    },
    {
        "currencies": [{"currency": "SEK", "minor_digits": "1"}],
        "plan_calendars": [{"plan_id": "*", "calendar_id": "all"}],
        "destinations": [{"prefix": "*", "zone": "anywhere", "valid_from": "", "valid_to": ""}],
    },
)
NETWORKS = (*[""] * 10, "20801", "20810", "26201", "310260", "310410", "50501", "99901")
# what is kept of a number, and so the most that a prefix can have
PREFIX_DIGITS = 9
# the largest and the finest that the contract allows: money and prices, then units
MOST_MONEY, LEAST_MONEY = "999999999999.9999999999", "0.0000000001"
MOST_UNITS, LEAST_UNITS = "999999999999.999999", "0.000001"
VAST_SHARE = 8
ROAMING_ZONES = ("home", "rz-france", "rz-sfr", "rz-us", "rz-att")


@dataclass
class Frame:
    """The words of one world: every id begins with `name`, every number holds `digits`.

    A vast world has here and there the largest and finest values that the contract allows.
    """

    name: str
    digits: str
    random: Random
    time_zone: str
    focus: datetime
    currency: str
    is_vast: bool
    tariffs: int = 0
    services: list[str] = field(default_factory=list)
    zones: list[str] = field(default_factory=list)
    bands: list[str] = field(default_factory=list)
    plans: list[str] = field(default_factory=list)
    numbers: list[str] = field(default_factory=list)
    counterparties: list[str] = field(default_factory=list)

    @classmethod
    def of(cls, seed: int | str, number: int, *, twin: bool) -> "Frame":
        random = Random(f"{seed}/{number}")
        time_zone, focus = random.choice(PLACES)
        name, digits = (f"x{number:03d}", 5000 + number) if twin else (f"w{number:03d}", number)
        currency, is_vast = random.choice(CURRENCIES), number // 2 % VAST_SHARE == 1
        return cls(name, f"{digits:04d}", random, time_zone, focus, currency, is_vast)

    def id(self, word: str) -> str:
        return f"{self.name}-{word}"

    def chance(self, probability: float) -> bool:
        return self.random.random() < probability

    def pick(self, ordinary: Sequence[str], vast: Sequence[str], probability: float = 0.25) -> str:
        """One of the ordinary values, in a vast world sometimes one of the others."""
        is_other = self.is_vast and self.chance(probability)
        return self.random.choice(vast if is_other else ordinary)

    def moment(self, spread_hours: float = 36) -> datetime:
        """A whole minute or second near the focus."""
        away = timedelta(seconds=round(self.random.triangular(-1, 1, 0) * spread_hours * 3600))
        found = self.focus + away
        return found.replace(second=0) if self.chance(0.5) else found

    def write(self, moment: datetime) -> str:
        """A moment as text, in one of the ways that the contract allows."""
        if self.chance(0.5):
            return moment.strftime("%Y-%m-%dT%H:%M:%S") + fraction(moment) + "Z"
        hours = self.random.choice((-3, 1, 2, 5.75, 10.5))
        local = moment + timedelta(hours=hours)
        sign, minutes = ("-" if hours < 0 else "+"), int(abs(hours) * 60)
        offset = f"{sign}{minutes // 60:02d}:{minutes % 60:02d}"
        return local.strftime("%Y-%m-%dT%H:%M:%S") + fraction(local) + offset


def fraction(moment: datetime) -> str:
    return f".{moment.microsecond:06d}" if moment.microsecond else ""
