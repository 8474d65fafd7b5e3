select
    roaming_zone,
    plan_id,
    service,
    currency,
    -- bounded: sums below 10^28 of at most 10^6 rows
    cast(sum(quantity) as decimal(38, 6)) as quantity,
    -- bounded: sums below 10^28 of at most 10^6 rows
    cast(sum(charge_amount) as decimal(38, 10)) as charge_amount,
    trunc(usage_date, 'MM') as usage_month,
    -- bounded: counts
    sum(event_count) as event_count
from {{ ref('revenue_daily') }}
where roaming_zone != 'home'
group by roaming_zone, plan_id, service, currency, trunc(usage_date, 'MM')
