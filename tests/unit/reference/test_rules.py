"""What rows and files of a reference folder must agree on; whole lists of problems compared."""

from pathlib import Path

import pytest

from ingestion.reference.times import WEEKDAYS
from tests.unit.reference.sound_folder import faults


def test_unknown_ids_are_named_with_the_ids_there_are(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariffs="""
            tariff_id,plan_id,service,roaming_zone,destination_zone,band
            t1,tlak,voice,spain,mars,noon
            t2,talk,voice,home,alps,peak
            t3,*,sms,*,,
            t4,*,sms,france,mars,*
        """,
        tariff_steps="""
            tariff_id,step_no,price
            t1,1,0.1
            t2,1,0.1
            t4,1,0.1
            t5,1,0.1
        """,
        plan_calendars="""
            plan_id,calendar_id
            *,us
            surf,eu
        """,
        holidays="calendar_id,date\nuk,2026-12-25\n",
        bundles="""
            bundle_id,plan_id,service,destination_zone,roaming_zone,band,units
            b1,surf,voice,mars,spain,noon,60
            b2,,*,*,*,*,60
        """,
        discounts="""
            discount_id,plan_id,account_id,on,percent
            d1,surf,,usage,5
            d2,,anyone,usage,5
        """,
    ) == [
        "tariffs.csv, row 2: band is 'noon'; "
        "allowed: * or a band of time_bands.csv (night, peak, weekend)",
        "tariffs.csv, row 2: plan_id is 'tlak'; allowed: * or a plan_id of plans.csv (talk)",
        "tariffs.csv, row 2: roaming_zone is 'spain'; "
        "allowed: *, home or a zone of roaming_networks.csv (france, italy)",
        "tariffs.csv, rows 2, 5: destination_zone is 'mars'; "
        "allowed: * or a zone of destinations.csv (alps)",
        "tariffs.csv, row 4: tariff_id 't3' has no steps; "
        "allowed: at least one in tariff_steps.csv",
        "tariff_steps.csv, row 5: tariff_id is 't5'; "
        "allowed: a tariff_id of tariffs.csv (t1, t2, t3, t4)",
        "holidays.csv, row 2: calendar_id is 'uk'; allowed: a calendar_id of time_bands.csv (eu)",
        "plan_calendars.csv, row 2: calendar_id is 'us'; "
        "allowed: a calendar_id of time_bands.csv (eu)",
        "plan_calendars.csv, row 3: plan_id is 'surf'; allowed: * or a plan_id of plans.csv (talk)",
        "bundles.csv, row 2: band is 'noon'; "
        "allowed: * or a band of time_bands.csv (night, peak, weekend)",
        "bundles.csv, row 2: destination_zone is 'mars'; "
        "allowed: * or a zone of destinations.csv (alps)",
        "bundles.csv, row 2: plan_id is 'surf'; allowed: * or a plan_id of plans.csv (talk)",
        "bundles.csv, row 2: roaming_zone is 'spain'; "
        "allowed: *, home or a zone of roaming_networks.csv (france, italy)",
        "discounts.csv, row 2: plan_id is 'surf'; allowed: * or a plan_id of plans.csv (talk)",
    ]


def test_ids_of_a_file_that_is_not_there_are_unknown(tmp_path: Path) -> None:
    assert faults(tmp_path, plans="") == [
        "tariffs.csv, row 2: plan_id is 'talk'; allowed: * or a plan_id of plans.csv (it has none)"
    ]


def test_a_calendar_covers_every_minute_of_the_week(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        time_bands="""
            calendar_id,band,days,from_time,to_time
            eu,peak,mon-fri,08:00,20:00
            eu,night,sun-thu,21:00,08:00
            eu,night,fri-sun,20:00,08:00
            eu,weekend,"sat,sun",08:30,20:00
            eu,holiday,holiday,00:00,24:00
            all,peak,*,00:00,24:00
        """,
    ) == [
        "time_bands.csv, rows 2, 3, 4, 5, 6: calendar_id 'eu' has no band on "
        "mon 20:00-21:00, tue 20:00-21:00, wed 20:00-21:00, thu 20:00-21:00, "
        "sat 08:00-08:30, sun 08:00-08:30; allowed: every day covered from 00:00 to 24:00"
    ]


@pytest.mark.parametrize(
    "bands",
    [
        "eu,peak,*,00:00,24:00,\n",
        "eu,peak,*,00:00,00:00,\n",
        "eu,peak,*,06:00,06:00,\n",
        "eu,peak,fri-mon,00:00,24:00,\neu,night,tue-thu,00:00,24:00,\n",
        'eu,peak,"MON-Fri, Sat",12:00,24:00,\neu,night,*,00:00,12:00,\neu,night,sun,12:00,00:00,\n',
    ],
)
def test_a_week_may_be_covered_in_many_ways(tmp_path: Path, bands: str) -> None:
    header = "calendar_id,band,days,from_time,to_time,priority\n"
    assert faults(tmp_path, time_bands=header + bands) == []


def test_a_calendar_of_holidays_alone_covers_nothing(tmp_path: Path) -> None:
    bands = "calendar_id,band,days,from_time,to_time\neu,peak,holiday,00:00,24:00\n"
    week = ", ".join(f"{day} 00:00-24:00" for day in WEEKDAYS)
    assert faults(tmp_path, time_bands=bands) == [
        f"time_bands.csv, row 2: calendar_id 'eu' has no band on {week}; "
        "allowed: every day covered from 00:00 to 24:00"
    ]


def test_steps_follow_each_other_from_zero_on(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariff_steps="""
            tariff_id,step_no,from_units,to_units,price
            t1,30,50,,0.1
            t1,10,10,20,0.1
            t1,20,30,60,0.1
            t2,1,,,0.1
            t2,2,60,,0.1
        """,
    ) == [
        "tariff_steps.csv, rows 2, 4: tariff_id 't1': an overlap: from_units of step_no 30 is 50; "
        "allowed: 60, the to_units of step_no 20",
        "tariff_steps.csv, row 3: tariff_id 't1': step_no 10 is the first, its from_units is 10; "
        "allowed: 0 or empty",
        "tariff_steps.csv, rows 3, 4: tariff_id 't1': a hole: from_units of step_no 20 is 30; "
        "allowed: 20, the to_units of step_no 10",
        "tariff_steps.csv, rows 5, 6: tariff_id 't2': step_no 1 has no to_units, but step_no 2 "
        "follows; allowed: empty in the last step only",
    ]


def test_a_step_ends_after_it_begins(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariff_steps="""
            tariff_id,step_no,from_units,to_units,price
            t1,1,0,60,0.1
            t1,2,60,60.0,0.1
            t2,1,5,4,0.1
        """,
    ) == [
        "tariff_steps.csv, row 3: to_units is 60.0; "
        "allowed: more than from_units, 60, or empty for no end",
        "tariff_steps.csv, row 4: to_units is 4; "
        "allowed: more than from_units, 5, or empty for no end",
    ]


def test_a_tariff_may_end_with_a_last_step_that_is_closed(tmp_path: Path) -> None:
    steps = "tariff_id,step_no,from_units,to_units,price\nt1,1,0,60,0\nt1,2,60.0,90.5,1\nt2,7,,,1\n"
    assert faults(tmp_path, tariff_steps=steps) == []


def test_the_greatest_charge_is_not_below_the_least(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        tariffs="""
            tariff_id,plan_id,service,min_charge,max_charge
            t1,talk,voice,0.50,0.5
            t2,talk,voice,0.50,0.49
        """,
    ) == ["tariffs.csv, row 3: max_charge is 0.49; allowed: at least min_charge, 0.50"]


def test_a_timed_service_counts_seconds(tmp_path: Path) -> None:
    services = "service,unit,is_timed\nvoice,second,true\nvideo,byte,true\ndata,byte,\nfax,,true\n"
    assert faults(tmp_path, services=services) == [
        "services.csv, row 3: unit is 'byte' though is_timed is true; allowed: second"
    ]


def test_a_discount_is_for_one_plan_or_account_and_takes_something_off(tmp_path: Path) -> None:
    assert faults(
        tmp_path,
        discounts="""
            discount_id,plan_id,account_id,on,percent,amount
            d1,talk,,usage,5,
            d2,,a1,total,,5
            d3,talk,,recurring,5,1.50
            d4,,,usage,5,
            d5,talk,a1,usage,5,
            d6,talk,,usage,,
        """,
    ) == [
        "discounts.csv, row 5: plan_id and account_id: both are empty; allowed: one of them",
        "discounts.csv, row 6: plan_id and account_id: both are given; allowed: one of them",
        "discounts.csv, row 7: percent and amount: both are empty; allowed: at least one of them",
    ]
