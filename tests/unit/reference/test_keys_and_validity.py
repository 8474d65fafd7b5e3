"""One row for one key at any moment; whole lists of problems compared."""

from pathlib import Path

import pytest

from tests.unit.reference.sound_folder import faults


def test_the_sound_folder_has_no_problem(tmp_path: Path) -> None:
    assert faults(tmp_path) == []


def test_two_rows_of_a_tariff_must_not_be_valid_at_the_same_time(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariffs="""
            tariff_id,plan_id,service,valid_from,valid_to
            t1,talk,voice,2026-01-01T00:00:00Z,2026-03-01T00:00:00Z
            t1,talk,voice,2026-06-01T00:00:00Z,
            t1,talk,voice,2026-02-01T00:00:00+01:00,2026-06-01T00:00:00Z
            t2,*,sms,,
            t2,*,sms,,
        """,
    ) == [
        "tariffs.csv, rows 2, 4: tariff_id 't1' is valid twice from 2026-01-31T23:00:00Z "
        "until 2026-03-01T00:00:00Z; allowed: one row at a time",
        "tariffs.csv, rows 5, 6: tariff_id 't2' is valid twice at all times; "
        "allowed: one row at a time",
    ]


def test_rows_that_follow_each_other_do_not_overlap(tmp_path: Path) -> None:
    assert (
        faults(
            tmp_path,
            plans="""
            plan_id,valid_from,valid_to
            talk,,2026-01-01T00:00:00+01:00
            talk,2025-12-31T23:00:00Z,2027-01-01T00:00:00Z
            talk,2027-01-01T00:00:00Z,
        """,
        )
        == []
    )


@pytest.mark.parametrize(
    ("file", "header", "row", "key"),
    [
        ("plans", "plan_id", "talk", "plan_id 'talk'"),
        ("destinations", "prefix,zone", "41,alps", "prefix '41', zone 'alps'"),
        ("bundles", "bundle_id,service,units", "b1,voice,60", "bundle_id 'b1'"),
        ("discounts", "discount_id,on,percent,plan_id", "d1,usage,5,talk", "discount_id 'd1'"),
        (
            "taxes",
            "tax_profile,tax_code,rate_percent",
            "at,all,20",
            "tax_profile 'at', tax_code 'all'",
        ),
        (
            "exchange_rates",
            "from_currency,to_currency,rate",
            "EUR,USD,1.1",
            "from_currency 'EUR', to_currency 'USD'",
        ),
    ],
)
def test_every_key_with_validity_has_one_row_at_a_time(
    tmp_path: Path, file: str, header: str, row: str, key: str
) -> None:
    text = (
        f"{header},valid_from,valid_to\n{row},,2026-02-01T00:00:00Z\n{row},2026-01-01T00:00:00Z,\n"
    )
    assert faults(tmp_path, **{file: text}) == [
        f"{file}.csv, rows 2, 3: {key} is valid twice from 2026-01-01T00:00:00Z "
        "until 2026-02-01T00:00:00Z; allowed: one row at a time"
    ]


def test_a_prefix_in_two_zones_and_two_prefixes_in_a_zone_are_no_overlap(tmp_path: Path) -> None:
    zones = "prefix,zone\n41,alps\n41,switzerland\n43,alps\n*,world\ninternet,data\n"
    assert faults(tmp_path, destinations=zones) == []


def test_one_prefix_in_three_spellings_is_one_key(tmp_path: Path) -> None:
    zones = "prefix,zone\n41,alps\n*,world\n+41,alps\n,world\n"
    assert faults(tmp_path, destinations=zones) == [
        "destinations.csv, rows 2, 4: prefix '41', zone 'alps' is valid twice at all times; "
        "allowed: one row at a time",
        "destinations.csv, rows 3, 5: prefix '*', zone 'world' is valid twice at all times; "
        "allowed: one row at a time",
    ]


@pytest.mark.parametrize(
    ("file", "text", "key"),
    [
        ("services", "service,unit\nsms,message\nvoice,second\nsms,unit\n", "service 'sms'"),
        ("roaming_networks", "network,zone\n208,a\n222,b\n208,c\n", "network '208'"),
        (
            "holidays",
            "calendar_id,date\neu,2026-12-25\neu,2026-12-26\neu,2026-12-25\n",
            "calendar_id 'eu', date '2026-12-25'",
        ),
        ("plan_calendars", "plan_id,calendar_id\n*,eu\ntalk,eu\n*,eu\n", "plan_id '*'"),
        ("currencies", "currency,minor_digits\nEUR,2\nUSD,2\nEUR,3\n", "currency 'EUR'"),
    ],
)
def test_every_key_without_validity_has_one_row(
    tmp_path: Path, file: str, text: str, key: str
) -> None:
    assert faults(tmp_path, **{file: text}) == [
        f"{file}.csv, rows 2, 4: {key} stands in 2 rows; allowed: one row"
    ]


def test_a_step_number_and_a_band_stand_once(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariff_steps="""
            tariff_id,step_no,price
            t1,1,0.1
            t2,1,0.1
            t1,1,0.2
        """,
        time_bands="""
            calendar_id,band,days,from_time,to_time,priority
            eu,peak,*,08:00,08:00,1
            eu,peak,*,08:00,08:00,2
        """,
    ) == [
        "tariff_steps.csv, rows 2, 4: tariff_id 't1', step_no '1' stands in 2 rows; "
        "allowed: one row",
        "time_bands.csv, rows 2, 3: calendar_id 'eu', band 'peak', days '*', from_time 08:00, "
        "to_time 08:00 stands in 2 rows; allowed: one row",
    ]


def test_validity_ends_after_it_begins(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        plans="""
            plan_id,valid_from,valid_to
            talk,2026-01-01T00:00:00Z,2026-01-01T01:00:00+01:00
            surf,2026-01-01T00:00:00Z,2025-01-01T00:00:00Z
        """,
    ) == [
        "plans.csv, row 2: valid_to is 2026-01-01T00:00:00Z; "
        "allowed: after valid_from, 2026-01-01T00:00:00Z",
        "plans.csv, row 3: valid_to is 2025-01-01T00:00:00Z; "
        "allowed: after valid_from, 2026-01-01T00:00:00Z",
    ]
