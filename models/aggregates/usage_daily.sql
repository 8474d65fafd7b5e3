with

days as (

    select
        account_id,
        usage_date,
        service,
        currency,
        event_count as events,
        quantity,
        charge_amount,
        nullif(destination_zone, '') as destination_zone
    from {{ ref('usage_days') }}
    where event_count > 0

)

select
    account_id,
    usage_date,
    service,
    destination_zone,
    currency,
    events,
    quantity,
    charge_amount
from days
