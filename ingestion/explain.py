"""How an event's charge came about, read from the tables that hold it."""

import json
from typing import Any, TextIO

from pyspark.sql import Row, SparkSession

from ingestion.failures import Failure
from ingestion.query import plain

# the records that came under the event's name, and those that are part of it
RECORDS = """
select
    outcomes.event_id,
    files.file_name,
    usage.record_no,
    usage.known_at,
    usage.kind,
    usage.target_event_id,
    outcomes.disposition,
    outcomes.reason,
    outcomes.merged_into,
    outcomes.record_quantity as quantity
from rated.usage_outcomes as outcomes
inner join raw.usage as usage on outcomes.record_id = usage.record_id
left join raw.source_files as files
    on usage.file_id = files.file_id and files.status = 'loaded'
where outcomes.event_id = {event_id} or outcomes.merged_into = {event_id}
order by usage.known_at, files.file_name, usage.record_no
"""
# one row per segment, with its step's price; one row for a charge without segments
CHARGE_LINES = """
with

charges as (

    select
        charges.*,
        files.file_name,
        usage.file_id,
        usage.record_no
    from rated.usage_charges as charges
    inner join raw.usage as usage on charges.record_id = usage.record_id
    left join raw.source_files as files
        on usage.file_id = files.file_id and files.status = 'loaded'
    where charges.event_id = {event_id}

),

segments as (

    select * from rated.usage_charge_segments
    where event_id = {event_id}

),

tariffs as (

    select
        tariffs.*,
        coalesce(valid_from, timestamp '0001-01-01 00:00:00') as begins_at,
        coalesce(valid_to, timestamp '9999-12-31 00:00:00') as ends_at
    from reference.tariffs as tariffs
    where known_to is null

),

steps as (

    select * from reference.tariff_steps
    where known_to is null

),

currencies as (

    select * from reference.currencies
    where known_to is null

),

-- what the tariffs with steps over the billing cycle had counted in it
own_cycles as (

    select
        uses.record_id,
        uses.subscription_id,
        uses.tariff_id,
        uses.cycle_start,
        charges.event_id,
        charges.started_at
    from rated.period_uses as uses
    inner join charges on uses.record_id = charges.record_id

),

cycles as (

    select
        own.record_id,
        own.tariff_id,
        -- bounded: uses of one cycle, below 10^18 each
        sum(cast(uses.units as decimal(28, 0))) as cycle_units,
        -- bounded: uses of one cycle, below 10^18 each
        sum(cast(if(
            outcomes.started_at < own.started_at
            or (outcomes.started_at = own.started_at and outcomes.event_id < own.event_id),
            uses.units, 0L
        ) as decimal(28, 0))) as units_before
    from own_cycles as own
    inner join rated.period_uses as uses
        on
            own.subscription_id = uses.subscription_id
            and own.tariff_id = uses.tariff_id
            and own.cycle_start = uses.cycle_start
    inner join rated.usage_outcomes as outcomes
        on uses.record_id = outcomes.record_id and uses.event_date = outcomes.event_date
    group by own.record_id, own.tariff_id

)

select
    charges.event_id,
    charges.record_no,
    charges.file_id,
    charges.file_name,
    charges.account_id,
    charges.subscription_id,
    charges.plan_id,
    charges.service,
    charges.direction,
    charges.destination_prefix,
    charges.destination_zone,
    charges.roaming_zone,
    segments.segment_no,
    segments.band,
    coalesce(segments.tariff_id, charges.tariff_id) as tariff_id,
    segments.step_no,
    segments.bundle_id,
    tariffs.tier_scope,
    tariffs.tier_mode,
    charges.currency,
    card.rounding_mode,
    coalesce(card.rounding_scale, currencies.minor_digits, 2) as rounding_scale,
    charges.quantity,
    charges.bundle_units,
    charges.billable_units,
    segments.units,
    segments.billed_units,
    cast(cast(cycles.units_before as decimal(28, 0)) * cast(0.000001 as decimal(6, 6))
        as decimal(34, 6)) as cycle_units_before,
    cast(cast(cycles.cycle_units as decimal(28, 0)) * cast(0.000001 as decimal(6, 6))
        as decimal(34, 6)) as cycle_units,
    steps.increment,
    steps.unit_size,
    steps.price,
    steps.flat_fee,
    segments.amount,
    charges.connection_fee,
    card.min_charge,
    card.max_charge,
    charges.charge_amount,
    charges.usage_date,
    charges.cycle_start,
    charges.started_at,
    tariffs.valid_from as tariff_valid_from,
    tariffs.valid_to as tariff_valid_to
from charges
left join segments on charges.record_id = segments.record_id
left join currencies on charges.currency = currencies.currency
left join tariffs
    on
        coalesce(segments.tariff_id, charges.tariff_id) = tariffs.tariff_id
        and charges.started_at >= tariffs.begins_at
        and charges.started_at < tariffs.ends_at
left join tariffs as card
    on
        charges.tariff_id = card.tariff_id
        and charges.started_at >= card.begins_at
        and charges.started_at < card.ends_at
left join steps
    on segments.tariff_id = steps.tariff_id and segments.step_no = steps.step_no
left join cycles
    on charges.record_id = cycles.record_id and segments.tariff_id = cycles.tariff_id
order by charges.record_no, segments.segment_no
"""


class UnknownEvent(Failure):
    """No usage record of that name has come."""


def read(spark: SparkSession, event_id: str) -> dict[str, Any]:
    """The records of an event, and the lines of its charge if it has one.

    Returns `event_id`, `records` and `charge_lines` (one per segment); decimals and moments (UTC)
    as text. Raises UnknownEvent.
    """
    records = spark.sql(RECORDS, event_id=event_id).collect()
    if not records:
        raise UnknownEvent(f"no usage record with event_id {event_id!r} has come")
    lines = spark.sql(CHARGE_LINES, event_id=event_id).collect()
    return {
        "event_id": event_id,
        "records": [_document(row) for row in records],
        "charge_lines": [_document(row) for row in lines],
    }


def write_json(explanation: dict[str, Any], out: TextIO) -> None:
    """One JSON object: records and charge lines, every value that the text shows and more."""
    json.dump(explanation, out, indent=2, ensure_ascii=False)
    out.write("\n")


def _document(row: Row) -> dict[str, Any]:
    return {name: plain(value) for name, value in row.asDict().items()}
