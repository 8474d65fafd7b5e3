select
    usage_date,
    nullif(plan_id, '') as plan_id,
    service,
    nullif(destination_zone, '') as destination_zone,
    nullif(roaming_zone, '') as roaming_zone,
    currency,
    event_count,
    quantity,
    charge_amount
from {{ ref('revenue_days') }}
where event_count > 0
