-- depends_on: {{ ref('sums_before') }}
with

changes as (

    select * from {{ ref('outcome_changes') }}
    where disposition = 'rated'

)

select
    coalesce(plan_id, '') as plan_id,
    service,
    coalesce(destination_zone, '') as destination_zone,
    coalesce(roaming_zone, '') as roaming_zone,
    currency,
    -- bounded: counts
    sum(cast(change_sign as bigint)) as event_count,
    -- bounded: below 10^12 each, and this has 38 digits
    cast(sum(change_sign * quantity) as decimal(38, 6)) as quantity,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(change_sign * charge_amount) as decimal(38, 10)) as charge_amount,
    usage_date,
    cast({{ run_id() }} as bigint) as run_id
from changes
group by
    coalesce(plan_id, ''),
    service,
    coalesce(destination_zone, ''),
    coalesce(roaming_zone, ''),
    currency,
    usage_date
