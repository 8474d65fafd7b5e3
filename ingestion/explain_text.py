"""An explanation of a charge as finance reads it: records, what was used, and what it comes to."""

from collections.abc import Iterator, Sequence
from decimal import Decimal
from typing import Any, TextIO

from rich.console import Console
from rich.table import Table

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
SHOWN_PARTS = 20
COLUMNS = ("", "band", "priced by", "units", "billed", "price", "amount")
WIDTH = 110


def write_text(explanation: dict[str, Any], out: TextIO) -> None:
    """Records, what was used, then fee, segments and what they come to."""
    console = Console(file=out, markup=False, highlight=False, width=WIDTH)
    console.print(f"Event {explanation['event_id']}")
    for said in _records(explanation["event_id"], explanation["records"]):
        console.print(f"  {said}", soft_wrap=True)
    lines = explanation["charge_lines"]
    if not lines:
        console.print("It has no charge.")
        return
    console.print(_usage(lines[0]))
    console.print(_segments(lines))
    for said in _tiers(lines):
        console.print(said, soft_wrap=True)
    console.print(_sum(lines))


def _records(event_id: str, records: Sequence[dict[str, Any]]) -> Iterator[str]:
    own = [record for record in records if record["event_id"] == event_id]
    parts = [record for record in records if record["event_id"] != event_id]
    yield from (_record(record) for record in (*own, *parts[:SHOWN_PARTS]))
    if len(parts) > SHOWN_PARTS:
        yield f"and {len(parts) - SHOWN_PARTS:,} more parts; --format json has all"


def _record(record: dict[str, Any]) -> str:
    kind = record["kind"] if record["kind"] not in (None, "original") else ""
    about = f" ({kind} of {record['target_event_id'] or record['event_id']})" if kind else ""
    said = f"{record['file_name']}, record {record['record_no']}{about}: {record['disposition']}"
    if record["merged_into"]:
        units = f"{number(record['quantity'])} units of {record['event_id']}"
        return f"{said} into {record['merged_into']}, {units}"
    if record["reason"]:
        return f"{said} / {record['reason']}: {REASONS.get(record['reason'], '')}"
    return said


def _usage(line: dict[str, Any]) -> str:
    to = f"to {line['destination_zone']} " if line["destination_zone"] else ""
    prefix = f"(prefix {line['destination_prefix']}) " if line["destination_prefix"] else ""
    return (
        f"{line['service']} {line['direction']} {to}{prefix}from {line['roaming_zone']}: "
        f"{number(line['quantity'])} units, started {line['started_at']}\n"
        f"subscription {line['subscription_id']} of account {line['account_id']}, plan "
        f"{line['plan_id']}; its day {line['usage_date']}, its cycle from {line['cycle_start']}"
    )


def _segments(lines: Sequence[dict[str, Any]]) -> Table:
    table = Table()
    for name in COLUMNS:
        right = name in ("units", "billed", "amount")
        table.add_column(name, justify="right" if right else "left")
    table.add_row("", "", "connection fee", "", "", "", number(lines[0]["connection_fee"]))
    for line in lines:
        if line["segment_no"] is not None:
            table.add_row(*_segment(line))
    return table


def _segment(line: dict[str, Any]) -> tuple[str, ...]:
    tariff = f"{line['tariff_id']}, step {line['step_no']}"
    return (
        str(line["segment_no"]),
        line["band"] or "",
        f"bundle {line['bundle_id']}" if line["bundle_id"] else tariff,
        number(line["units"]),
        number(line["billed_units"]),
        _price(line),
        number(line["amount"]),
    )


def _price(line: dict[str, Any]) -> str:
    if line["bundle_id"]:
        return "covered"
    if line["price"] is None:
        return ""
    said = f"{number(line['price'])} for {number(line['unit_size'] or '1')}"
    if line["increment"]:
        said += f", by {number(line['increment'])}"
    if line["flat_fee"] and Decimal(line["flat_fee"]):
        said += f", entered for {number(line['flat_fee'])}"
    return said


def _tiers(lines: Sequence[dict[str, Any]]) -> Iterator[str]:
    """How the steps of each tariff count, where that is not simply within the event."""
    priced = {line["tariff_id"]: line for line in lines if line["step_no"] is not None}
    for tariff_id, line in priced.items():
        is_period, is_volume = line["tier_scope"] == "period", line["tier_mode"] == "volume"
        if is_period and is_volume:
            yield (
                f"{tariff_id} prices by the cycle's volume: all units of the billing cycle, "
                f"{number(line['cycle_units'])} as now known, at the step of that total"
            )
        elif is_period:
            yield (
                f"{tariff_id} counts its steps over the billing cycle: "
                f"{number(line['cycle_units_before'])} units came before this event"
            )
        elif is_volume:
            yield f"{tariff_id} prices all units of the event at the step of their total"


def _sum(lines: Sequence[dict[str, Any]]) -> str:
    first = lines[0]
    charge = Decimal(first["charge_amount"])
    amounts = [line["amount"] for line in lines if line["amount"] is not None]
    total = sum(map(Decimal, amounts), Decimal(first["connection_fee"]))
    said = (
        f"charge {number(first['charge_amount'])} {first['currency']}, rounded "
        f"{first['rounding_mode'] or 'half_up'} to {first['rounding_scale']} decimals"
    )
    if total != charge:
        for name, limit in (("minimum", "min_charge"), ("maximum", "max_charge")):
            if first[limit] is not None and Decimal(first[limit]) == abs(charge):
                said += f"; {number(str(total))} without the {name}"
    return said


def number(text: str) -> str:
    """A decimal without the zeros at its end."""
    return f"{Decimal(text).normalize():f}"
