"""How an event's charge came about, from the tables: for finance to read, or as JSON."""

import json
from collections.abc import Sequence
from decimal import Decimal
from typing import Any, TextIO

from pyspark.sql import Row, SparkSession
from pyspark.sql.functions import col
from rich.console import Console
from rich.table import Table

from ingestion.failures import Failure
from ingestion.query import plain

REASONS = {
    "conflict": "another record of the same event_id came before, with other content",
    "unknown_target": "the event that it is about has not come yet",
    "unknown_subscriber": "nobody held the number when it started",
    "subscription_suspended": "the subscription was suspended when it started",
    "unknown_account": "the account of the subscription is not known",
    "unknown_network": "roaming_networks has no row for the serving network",
    "no_tariff": "no tariff of the plan or of plan * prices it in every time band",
    "ambiguous_tariff": "two tariffs of one rank fit it",
    "currency_mismatch": "the plan and the account are in different currencies",
    "beyond_last_step": "units lie beyond the last step of a tariff that then suspends",
    "amount_out_of_range": "its quantity or amount is more than any event can have",
    "cancel": "it cancels another event",
}


class UnknownEvent(Failure):
    """No usage record of that name has come."""


def read(spark: SparkSession, event_id: str) -> dict[str, Any]:
    """The records that came under an event's name, and the lines of its charge if it has one.

    Returns `event_id`, `records` and `charge_lines` (rows of rated.charge_explanations, by
    segment); decimals and moments (UTC) as text. Raises UnknownEvent.
    """
    files = spark.table("raw.source_files").filter(col("status") == "loaded")
    records = (
        spark.table("rated.usage_dispositions")
        .filter(col("event_id") == event_id)
        .join(files.select("file_id", "file_name", "known_at"), "file_id", "left")
        .select(
            "file_name", "record_no", "known_at", "disposition", "reason", "merged_into", "quantity"
        )
        .orderBy("known_at", "file_name", "record_no")
        .collect()
    )  # fmt: skip
    if not records:
        raise UnknownEvent(f"no usage record with event_id {event_id!r} has come")
    lines = (
        spark.table("rated.charge_explanations")
        .filter(col("event_id") == event_id)
        .orderBy("segment_no")
        .collect()
    )
    return {
        "event_id": event_id,
        "records": [_document(row) for row in records],
        "charge_lines": [_document(row) for row in lines],
    }


def write_json(explanation: dict[str, Any], out: TextIO) -> None:
    json.dump(explanation, out, indent=2, ensure_ascii=False)
    out.write("\n")


def write_text(explanation: dict[str, Any], out: TextIO) -> None:
    """Records, what was used, then fee, segments and what they come to."""
    console = Console(file=out, markup=False, highlight=False, width=110)
    console.print(f"Event {explanation['event_id']}")
    for record in explanation["records"]:
        console.print(f"  {_record(record)}")
    lines = explanation["charge_lines"]
    if not lines:
        console.print("It has no charge.")
        return
    first = lines[0]
    console.print(_usage(first))
    console.print(_segments(lines))
    console.print(_sum(lines))


def _record(record: dict[str, Any]) -> str:
    said = f"{record['file_name']}, record {record['record_no']}: {record['disposition']}"
    if record["merged_into"]:
        return f"{said} into {record['merged_into']}, {_number(record['quantity'])} units"
    if record["reason"]:
        return f"{said} / {record['reason']}: {REASONS.get(record['reason'], '')}"
    return said


def _usage(line: dict[str, Any]) -> str:
    to = f"to {line['destination_zone']} " if line["destination_zone"] else ""
    prefix = f"(prefix {line['destination_prefix']}) " if line["destination_prefix"] else ""
    return (
        f"{line['service']} {line['direction']} {to}{prefix}from {line['roaming_zone']}: "
        f"{_number(line['quantity'])} units, started {line['started_at']}\n"
        f"subscription {line['subscription_id']} of account {line['account_id']}, plan "
        f"{line['plan_id']}; its day {line['usage_date']}, its cycle from {line['cycle_start']}"
    )


def _segments(lines: Sequence[dict[str, Any]]) -> Table:
    table = Table("", "band", "priced by", "units", "billed", "price", "amount")
    for name in ("units", "billed", "amount"):
        next(column for column in table.columns if column.header == name).justify = "right"
    table.add_row("", "", "connection fee", "", "", "", _number(lines[0]["connection_fee"]))
    for line in lines:
        if line["segment_no"] is None:
            continue
        by = (
            f"bundle {line['bundle_id']}"
            if line["bundle_id"]
            else f"{line['tariff_id']}, step {line['step_no']}"
        )
        table.add_row(
            str(line["segment_no"]), line["band"] or "", by, _number(line["units"]),
            _number(line["billed_units"]), _price(line), _number(line["amount"]),
        )  # fmt: skip
    return table


def _price(line: dict[str, Any]) -> str:
    if line["bundle_id"]:
        return "covered"
    if line["price"] is None:
        return ""
    said = f"{_number(line['price'])} for {_number(line['unit_size'] or '1')}"
    if line["increment"]:
        said += f", by {_number(line['increment'])}"
    if line["flat_fee"] and Decimal(line["flat_fee"]):
        said += f", entered for {_number(line['flat_fee'])}"
    return said


def _sum(lines: Sequence[dict[str, Any]]) -> str:
    first = lines[0]
    total = Decimal(first["connection_fee"]) + sum(
        Decimal(line["amount"]) for line in lines if line["amount"] is not None
    )
    said = (
        f"charge {_number(first['charge_amount'])} {first['currency']}, rounded "
        f"{first['rounding_mode'] or 'half_up'} to {first['rounding_scale']} decimals"
    )
    if total != Decimal(first["charge_amount"]):
        for name, limit in (("minimum", "min_charge"), ("maximum", "max_charge")):
            if first[limit] is not None and Decimal(first[limit]) == abs(
                Decimal(first["charge_amount"])
            ):
                said += f"; {_number(str(total))} without the {name}"
    return said


def _number(text: str) -> str:
    """A decimal without the zeros at its end."""
    return f"{Decimal(text).normalize():f}"


def _document(row: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.asDict().items()}
