"""Each field of a reference file is read, or named with the value got and the values allowed."""

from datetime import UTC, date, datetime
from decimal import Decimal
from pathlib import Path

import pytest

from ingestion.reference.files import FILES
from tests.unit.reference.sound_folder import faults

MONEY = "a decimal such as 12.5, at least 0 and below 10^12, at most 10 decimals"
UNITS = "a decimal such as 12.5, above 0 and below 10^12, at most 6 decimals"
ID = "an id without blanks around it and without control characters"
TIME = "an ISO 8601 time with an offset, such as 2026-03-01T08:00:00+01:00"
PREFIX = (
    "*, up to 9 leading digits of a number (no more of a number is kept), "
    "or an APN or content id of up to 64 characters from ! to }, without blanks"
)
DAYS = (
    "*, holiday, weekdays (mon tue wed thu fri sat sun), ranges such as mon-fri, "
    "or several of them with commas"
)


def read(file: str, column: str, text: str) -> object:
    return FILES[file].column(column).type.read(text)


def is_read(file: str, column: str, text: str) -> bool:
    try:
        read(file, column, text)
    except ValueError:
        return False
    return True


@pytest.mark.parametrize(
    ("file", "column", "text", "value"),
    [
        ("tariffs", "tariff_id", "Day & Night 1", "Day & Night 1"),
        ("tariffs", "plan_id", "*", "*"),
        ("plans", "name", "Ça\nva", "Ça\nva"),
        ("tariffs", "connection_fee", "0.0500000000", Decimal("0.05")),
        (
            "tariffs",
            "connection_fee",
            "999999999999.9999999999",
            Decimal("999999999999.9999999999"),
        ),
        ("tariff_steps", "price", "00.5", Decimal("0.5")),
        ("tariff_steps", "to_units", "1048576", Decimal(1048576)),
        ("tariffs", "rounding_scale", "10", 10),
        ("tariffs", "priority", "-5", -5),
        ("plans", "prorate", "false", False),
        ("plans", "valid_from", "2026-03-01T08:00:00+01:00", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        (
            "plans",
            "valid_from",
            "2026-03-01T08:00:00.25Z",
            datetime(2026, 3, 1, 8, 0, 0, 250000, UTC),
        ),
        ("plans", "valid_from", "2026-03-01T08:00+01", datetime(2026, 3, 1, 7, tzinfo=UTC)),
        ("plans", "valid_to", "9999-12-31T00:00:00Z", datetime(9999, 12, 31, tzinfo=UTC)),
        ("holidays", "date", "2028-02-29", date(2028, 2, 29)),
        ("time_bands", "from_time", "00:00", 0),
        ("time_bands", "to_time", "24:00", 1440),
        ("time_bands", "to_time", "08:30", 510),
        ("time_bands", "days", "Sat, Sun,holiday", "sat,sun,holiday"),
        ("time_bands", "days", "fri-mon", "fri-mon"),
        ("destinations", "prefix", "+4930", "4930"),
        ("destinations", "prefix", "004930", "4930"),
        ("destinations", "prefix", "00123456789", "123456789"),
        ("destinations", "prefix", "100200300", "100200300"),
        ("destinations", "prefix", "internet.mnc001.gprs", "internet.mnc001.gprs"),
        ("roaming_networks", "network", "208", "208"),
        ("roaming_networks", "network", "310410", "310410"),
        ("taxes", "rate_percent", "8.875", Decimal("8.875")),
    ],
)
def test_a_value_of_the_contract_is_read(file: str, column: str, text: str, value: object) -> None:
    assert read(file, column, text) == value


@pytest.mark.parametrize(
    ("file", "column", "texts"),
    [
        ("tariffs", "tariff_id", [" t1", "t1 ", "a\tb", "a\0b", "*"]),
        ("plans", "name", ["a\0b"]),
        ("plans", "currency", ["eur", "EURO", "€"]),
        ("plans", "recurring_fee", ["-1", "1,50", "1e3", "NaN", "1000000000000", "0.00000000001"]),
        ("plans", "recurring_fee", ["", " 1", "1 000", "٣", ".", ".5", "5.", "+5"]),
        ("plans", "prorate", ["yes", "TRUE", "1"]),
        ("plans", "valid_from", ["2026-03-01", "2026-03-01T08:00:00", "1.3.2026"]),
        (
            "plans",
            "valid_from",
            ["2026-02-30T00:00:00Z", "20260301T080000Z", "2026-03-01 08:00:00Z"],
        ),
        ("plans", "valid_from", ["0001-01-01T00:00:00+05:00", "2026-03-01T08:00:00+19:00"]),
        ("tariffs", "rounding_scale", ["11", "-1", "2.0"]),
        ("tariffs", "priority", ["first", "2147483648"]),
        ("tariffs", "direction", ["both", "Out"]),
        ("tariff_steps", "to_units", ["0", "1000000000000", "0.0000001"]),
        ("tariff_steps", "step_no", ["-1", "1.5"]),
        ("holidays", "date", ["2026-02-29", "25.12.2026", "2026-12-25T00:00:00Z"]),
        ("time_bands", "from_time", ["24:00", "8:00", "08:00:00", "08:60"]),
        ("time_bands", "to_time", ["24:01", "noon"]),
        ("time_bands", "days", ["weekend", "mon-", "-fri", "mon,,tue", "mon-fri-sun"]),
        ("destinations", "prefix", ["49 30", "1234567890", "caf\u00e9", "a" * 65, " "]),
        ("roaming_networks", "network", ["20", "2080", "2080101", "*", "fra"]),
        ("discounts", "percent", ["100.1", "-1"]),
        ("currencies", "minor_digits", ["7", "-1"]),
        ("exchange_rates", "rate", ["0"]),
    ],
)
def test_any_other_value_is_refused(file: str, column: str, texts: list[str]) -> None:
    assert [text for text in texts if is_read(file, column, text)] == []


def test_every_unreadable_field_is_named_with_what_it_may_be(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariffs="""
            tariff_id,plan_id,service,direction,connection_fee,tier_mode,rounding_scale,valid_from
            t1,talk,voice,both,-1,tiered,11,2026-01-01
            t2 ,*,,out,1e3,,,
        """,
        tariff_steps="""
            tariff_id,step_no,price,unit_size,increment
            t1,1,,0,0
        """,
    ) == [
        f"tariffs.csv, row 2: connection_fee is '-1'; allowed: {MONEY}",
        "tariffs.csv, row 2: direction is 'both'; allowed: out, in, *",
        "tariffs.csv, row 2: rounding_scale is '11'; allowed: a whole number from 0 to 10",
        "tariffs.csv, row 2: tier_mode is 'tiered'; allowed: graduated, volume",
        f"tariffs.csv, row 2: valid_from is '2026-01-01'; allowed: {TIME}",
        f"tariffs.csv, row 3: connection_fee is '1e3'; allowed: {MONEY}",
        f"tariffs.csv, row 3: service is empty; allowed: {ID}",
        f"tariffs.csv, row 3: tariff_id is 't2 '; allowed: {ID}, and not * (which means any)",
        f"tariff_steps.csv, row 2: increment is '0'; allowed: {UNITS}",
        f"tariff_steps.csv, row 2: price is empty; allowed: {MONEY}",
        "tariff_steps.csv, row 2: unit_size is '0'; allowed: a decimal such as 12.5, above 0 and "
        "below 10^12, at most 10 decimals",
    ]


def test_a_value_that_many_rows_have_is_one_problem_with_all_of_them(tmp_path: Path) -> None:
    rows = "\n".join(f"4{number},alps,2026-01-01," for number in range(10, 30))
    assert faults(tmp_path, destinations=f"prefix,zone,valid_from,valid_to\n41,alps,,\n{rows}") == [
        "destinations.csv, rows 3, 4, 5, 6, 7, 8, 9, 10 and 12 more: "
        f"valid_from is '2026-01-01'; allowed: {TIME}",
    ]


def test_destinations_days_and_times_that_cannot_be_read_are_named(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        destinations="""
            prefix,zone
            41,alps
            1234567890,alps
            41 79,alps
        """,
        time_bands="""
            calendar_id,band,days,from_time,to_time
            eu,peak,*,00:00,24:00
            eu,night,weekend,8:00,24:01
        """,
    ) == [
        f"destinations.csv, row 3: prefix is '1234567890'; allowed: {PREFIX}",
        f"destinations.csv, row 4: prefix is '41 79'; allowed: {PREFIX}",
        f"time_bands.csv, row 3: days is 'weekend'; allowed: {DAYS}",
        "time_bands.csv, row 3: from_time is '8:00'; "
        "allowed: a local time as HH:MM from 00:00 to 23:59",
        "time_bands.csv, row 3: to_time is '24:01'; "
        "allowed: a local time as HH:MM from 00:00 to 24:00",
    ]
