{{ config(materialized='view') }}

-- How each charge came about: what was used, by whom, under which tariff, and each
-- segment with its step's price. A charge without segments has one row.
with

tariffs as (

    select * from {{ ref('tariffs') }}
    where known_to is null

),

steps as (

    select * from {{ ref('tariff_steps') }}
    where known_to is null

),

currencies as (

    select * from {{ ref('currencies') }}
    where known_to is null

),

files as (

    select * from {{ source('raw', 'source_files') }}
    where status = 'loaded'

)

select
    charges.event_id,
    charges.record_no,
    charges.file_id,
    files.file_name,
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
    charges.currency,
    card.rounding_mode,
    coalesce(card.rounding_scale, currencies.minor_digits, 2) as rounding_scale,
    charges.quantity,
    charges.merged_quantity,
    charges.bundle_units,
    charges.billable_units,
    segments.units,
    segments.billed_units,
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
from {{ ref('usage_charges') }} as charges
left join {{ ref('usage_charge_segments') }} as segments
    on
        charges.file_id = segments.file_id
        and charges.record_no = segments.record_no
left join files on charges.file_id = files.file_id
left join currencies on charges.currency = currencies.currency
left join tariffs
    on
        coalesce(segments.tariff_id, charges.tariff_id) = tariffs.tariff_id
        and charges.started_at >= {{ open_from('tariffs.valid_from') }}
        and charges.started_at < {{ open_to('tariffs.valid_to') }}
left join tariffs as card
    on
        charges.tariff_id = card.tariff_id
        and charges.started_at >= {{ open_from('card.valid_from') }}
        and charges.started_at < {{ open_to('card.valid_to') }}
left join steps
    on segments.tariff_id = steps.tariff_id and segments.step_no = steps.step_no
