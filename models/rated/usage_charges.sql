select
    record_id,
    event_id,
    account_id,
    subscription_id,
    plan_id,
    tariff_id,
    service,
    direction,
    destination_zone,
    destination_prefix,
    roaming_zone,
    currency,
    quantity,
    bundle_units,
    billable_units,
    connection_fee,
    charge_amount,
    started_at,
    event_date,
    usage_date,
    cycle_start
from {{ ref('usage_outcomes') }}
where disposition = 'rated'
