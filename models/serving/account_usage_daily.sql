select
    account_id,
    cast(date_format(usage_date, 'yyyyMM') as int) as usage_month,
    usage_date,
    service,
    destination_zone,
    currency,
    event_count,
    quantity,
    charge_amount,
    as_of,
    run_id,
    event_count = 0 as is_deleted
from {{ ref('usage_days') }}
