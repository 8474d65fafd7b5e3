"""What is suspended is rated as soon as what it missed arrives: worked by hand on four calls."""

from decimal import Decimal
from pathlib import Path
from typing import Any

import pytest
from pyspark.sql import SparkSession

from tests.conftest import Ratelake
from tests.lake import tables

REFERENCE = {
    "plans": "plan_id,name,currency,recurring_fee,prorate,tax_code,valid_from,valid_to\n"
    "basic,Basic,EUR,,false,,,\n",
    "tariffs": "tariff_id,plan_id,service,direction,roaming_zone,destination_zone,band,"
    "connection_fee,min_charge,max_charge,tier_scope,tier_mode,beyond_last_step,rounding_scale,rounding_mode,"
    "tax_code,priority,valid_from,valid_to\n"
    "voice-de,basic,voice,out,home,germany,*,0.05,,,event,graduated,last_price,4,half_up,,1,,\n",
    "tariff_steps": "tariff_id,step_no,from_units,to_units,price,unit_size,increment,flat_fee\n"
    "voice-de,1,0,,0.10,60,60,\n",
    "destinations": "prefix,zone,valid_from,valid_to\n49,germany,,\n41,switzerland,,\n",
    "roaming_networks": "network,zone\n208,france\n",
}
MENDED = {
    **REFERENCE,
    "tariffs": REFERENCE["tariffs"]
    + "voice-ch,basic,voice,out,*,switzerland,*,0,,,event,graduated,last_price,4,half_up,,1,,\n",
    "tariff_steps": REFERENCE["tariff_steps"] + "voice-ch,1,0,,0.30,60,1,\n",
    "roaming_networks": REFERENCE["roaming_networks"] + "222,italy\n",
}
ACCOUNTS = (
    "account_id,parent_account_id,name,currency,time_zone,bill_day,tax_profile,credit_limit,effective_at\n"
    "a1,,Anna,EUR,Europe/Berlin,1,,100,2026-01-01T00:00:00Z\n"
)
ACTIVATE_FIRST = (
    "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id\n"
    "n1,2026-01-01T00:00:00Z,activate,s1,a1,491700000001,basic\n"
)
ACTIVATE_SECOND = (
    "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id\n"
    "n2,2026-01-01T00:00:00Z,activate,s2,a1,491700000002,basic\n"
)
USAGE = (
    "event_id,service,subscriber,counterparty,started_at,quantity,serving_network\n"
    "priced,voice,491700000001,493012345678,2026-03-01T08:00:00+01:00,61,\n"
    "unpriced,voice,491700000001,41441234567,2026-03-01T09:00:00+01:00,90,\n"
    "nobody,voice,491700000002,493012345678,2026-03-01T10:00:00+01:00,60,\n"
    "nowhere,voice,491700000001,41441234567,2026-03-01T11:00:00+01:00,30,22201\n"
)


@pytest.fixture
def waiting(ratelake: Ratelake, tmp_path: Path) -> Ratelake:
    """A home where one call of four is rated and three miss something."""
    deliver(ratelake, "account/accounts.csv", ACCOUNTS)
    deliver(ratelake, "action/first.csv", ACTIVATE_FIRST)
    deliver(ratelake, "usage/calls.csv", USAGE)
    write_reference(tmp_path / "reference", REFERENCE)
    ratelake("run", "--no-publish", "--reference", str(tmp_path / "reference"))
    return ratelake


def test_suspended_calls_are_rated_when_what_they_missed_arrives(
    waiting: Ratelake, spark: SparkSession, tmp_path: Path
) -> None:
    assert dispositions(spark, waiting) == [
        ("nobody", "suspended", "unknown_subscriber"),
        ("nowhere", "suspended", "unknown_network"),
        ("priced", "rated", None),
        ("unpriced", "suspended", "no_tariff"),
    ]
    # two started minutes at 0.10 and the fee
    assert charges(spark, waiting) == [("priced", Decimal("0.25"))]

    deliver(waiting, "action/second.csv", ACTIVATE_SECOND)
    write_reference(tmp_path / "reference", MENDED)
    waiting("run", "--no-publish", "--reference", str(tmp_path / "reference"))

    assert dispositions(spark, waiting) == [
        ("nobody", "rated", None),
        ("nowhere", "rated", None),
        ("priced", "rated", None),
        ("unpriced", "rated", None),
    ]
    # one minute and the fee; 30 and 90 seconds at 0.30 a minute, by the second
    assert charges(spark, waiting) == [
        ("nobody", Decimal("0.15")),
        ("nowhere", Decimal("0.15")),
        ("priced", Decimal("0.25")),
        ("unpriced", Decimal("0.45")),
    ]


def deliver(ratelake: Ratelake, name: str, text: str) -> None:
    path = ratelake.settings.inbox_folder / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)


def write_reference(folder: Path, files: dict[str, str]) -> None:
    folder.mkdir(exist_ok=True)
    for name, text in files.items():
        (folder / f"{name}.csv").write_text(text)


def dispositions(spark: SparkSession, ratelake: Ratelake) -> list[tuple[Any, ...]]:
    columns = ("event_id", "disposition", "reason")
    return stored(spark, ratelake, "rated.usage_dispositions", *columns)


def charges(spark: SparkSession, ratelake: Ratelake) -> list[tuple[Any, ...]]:
    return stored(spark, ratelake, "rated.usage_charges", "event_id", "charge_amount")


def stored(
    spark: SparkSession, ratelake: Ratelake, table: str, *columns: str
) -> list[tuple[Any, ...]]:
    frame = spark.read.format("delta").load(str(tables(ratelake.settings)[table]))
    return [tuple(row) for row in frame.select(*columns).orderBy("event_id").collect()]
