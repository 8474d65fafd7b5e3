-- Rule 14: each amount that is taken off, in the parts that its cycle is counted in.
with

factors as (

    select
        discounts.account_id,
        discounts.cycle_start,
        discounts.entry_no,
        discounts.discount_id,
        discounts.subscription_id,
        discounts.plan_id,
        discounts.taken_on,
        {{ whole_of('discounts.amount', 'scales.amount_decimals') }} as amount_parts,
        -- bounded: 10 decimals each
        {{ ten_to('scales.rate_decimals + scales.factor_decimals') }} as rate_whole,
        -- bounded: 12 decimals each
        {{ ten_to('scales.percent_decimals + scales.total_percent_decimals') }}
            as percent_whole,
        -- bounded: days of a month, times those of another
        discounts.day_parts * (scales.day_whole div discounts.day_whole) as day_parts
    from {{ ref('amount_discounts') }} as discounts
    inner join {{ ref('cycle_scales') }} as scales
        on
            discounts.account_id = scales.account_id
            and discounts.cycle_start = scales.cycle_start

),

with_days as (

    select
        *,
        {{ product_within('amount_parts', 'day_parts') }} as amount_days
    from factors

),

with_rate as (

    select
        *,
        {{ product_within('amount_days', 'rate_whole') }} as amount_rates
    from with_days

)

select
    account_id,
    cycle_start,
    entry_no,
    discount_id,
    subscription_id,
    plan_id,
    taken_on,
    -- more than any cycle comes to takes all there is
    coalesce(
        {{ product_within('amount_rates', 'percent_whole') }},
        {{ ten_to(33) }}
    ) as exact_amount
from with_rate
