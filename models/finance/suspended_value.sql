-- What is suspended, and what it would come to at what a unit of its service cost on the
-- average in that month: in each currency the part that rated usage has in it. Payments
-- that are held are worth what they say.
with

rated as (

    select
        service,
        currency,
        -- bounded: sums below 10^28 of at most 10^6 rows
        cast(sum(quantity) as decimal(38, 6)) as quantity,
        -- bounded: sums below 10^28 of at most 10^6 rows
        cast(sum(charge_amount) as decimal(38, 10)) as charge_amount,
        trunc(usage_date, 'MM') as usage_month
    from {{ ref('revenue_daily') }}
    group by trunc(usage_date, 'MM'), service, currency

),

rated_units as (

    select
        usage_month,
        service,
        -- bounded: sums below 10^32 of a few currencies
        cast(sum(quantity) as decimal(38, 6)) as quantity
    from rated
    group by usage_month, service

),

suspended as (

    select
        reason,
        service,
        -- bounded: sums below 10^28 of at most 10^6 rows
        cast(sum(quantity) as decimal(38, 6)) as quantity,
        trunc(event_date, 'MM') as usage_month,
        -- bounded: counts
        sum(record_count) as record_count
    from {{ ref('disposition_days') }}
    where disposition = 'suspended' and record_count > 0
    group by trunc(event_date, 'MM'), reason, service

),

-- whole units, and 10^-4 of the currency
products as (

    select
        suspended.usage_month,
        suspended.reason,
        suspended.service,
        rated.currency,
        suspended.record_count,
        suspended.quantity,
        cast(rated_units.quantity as decimal(38, 0)) as rated_quantity,
        {{ product_within(
            'cast(abs(suspended.quantity) as decimal(38, 0))', in_four_decimals('rated.charge_amount')
        ) }} as product,
        if(suspended.quantity < 0, cast(-1 as decimal(1, 0)), cast(1 as decimal(1, 0)))
            as sign
    from suspended
    left join rated_units
        on
            suspended.usage_month = rated_units.usage_month
            and suspended.service = rated_units.service
            and rated_units.quantity >= 1
    left join rated
        on
            rated_units.usage_month = rated.usage_month
            and rated_units.service = rated.service
            and rated.charge_amount > 0

),

valued as (

    select
        *,
        {{ rounded_within('product', 'rated_quantity', "'half_up'") }} as estimate
    from products

)

select
    'usage' as what,
    usage_month as suspended_month,
    reason,
    service,
    currency,
    record_count,
    quantity,
    -- bounded: 18 digits, and a sign
    cast(
        cast(estimate as decimal(18, 0)) * cast(0.0001 as decimal(4, 4)) * sign
        as decimal(38, 4)
    ) as value_amount
from valued
union all
select
    'payment' as what,
    trunc(to_date(received_at), 'MM') as suspended_month,
    reason,
    kind as service,
    currency,
    count(*) as record_count,
    cast(null as decimal(38, 6)) as quantity,
    -- bounded: amounts below 10^12 each, and this has 38 digits
    cast(sum(amount) as decimal(38, 4)) as value_amount
from {{ ref('payments') }}
where status = 'held'
group by trunc(to_date(received_at), 'MM'), reason, kind, currency
