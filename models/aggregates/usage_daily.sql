select
    account_id,
    usage_date,
    service,
    nullif(destination_zone, '') as destination_zone,
    currency,
    event_count as events,
    quantity,
    charge_amount
from {{ ref('usage_days') }}
where event_count > 0
