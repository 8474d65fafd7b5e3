{{
    config(
        materialized='replaced_rows',
        replace_keys=['file_id', 'record_no'],
        replaced_by='rated.replaced_records',
        prune_on='event_date',
        partition_by=['event_date'],
        statistics_on=['usage_date'],
    )
}}

-- depends_on: {{ ref('replaced_records') }}
select
    event_id,
    file_id,
    record_no,
    account_id,
    subscription_id,
    plan_id,
    tariff_id,
    service,
    direction,
    destination_zone,
    destination_prefix,
    roaming_zone,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    quantity,
    cast(quantity - record_quantity as decimal(24, 6)) as merged_quantity,
    bundle_units,
    billable_units,
    currency,
    connection_fee,
    charge_amount
from {{ ref('rating_batch') }}
where disposition = 'rated'
