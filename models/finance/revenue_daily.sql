select
    usage_date,
    service,
    currency,
    event_count,
    quantity,
    charge_amount,
    nullif(plan_id, '') as plan_id,
    nullif(destination_zone, '') as destination_zone,
    nullif(roaming_zone, '') as roaming_zone
from {{ ref('revenue_days') }}
where event_count > 0
