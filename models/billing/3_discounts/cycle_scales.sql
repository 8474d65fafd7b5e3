-- What the exact amounts of each cycle are counted in: the decimals of its amounts, rates,
-- quantities and percents, and the days of its months.
with

item_decimals as (

    select
        account_id,
        cycle_start,
        max({{ decimals_of('charge_amount') }}) as amount_decimals,
        max({{ decimals_of('coalesce(exchange_rate, 1)') }}) as rate_decimals,
        max({{ decimals_of('factor') }}) as factor_decimals,
        max(day_whole) as day_whole
    from {{ ref('items') }}
    where not is_unbillable
    group by account_id, cycle_start

),

percent_decimals as (

    select
        account_id,
        cycle_start,
        -- bounded: at most 10 decimals
        max(if(stage = 1, {{ decimals_of('percent_off') }} + 2, 0)) as percent_decimals,
        -- bounded: at most 10 decimals
        max(if(stage = 2, {{ decimals_of('percent_off') }} + 2, 0)) as total_percent_decimals
    from {{ ref('item_percents') }}
    group by account_id, cycle_start

),

discount_decimals as (

    select
        account_id,
        cycle_start,
        max({{ decimals_of('amount') }}) as amount_decimals,
        max(day_whole) as day_whole
    from {{ ref('amount_discounts') }}
    group by account_id, cycle_start

),

scales as (

    select
        cycles.account_id,
        cycles.cycle_start,
        cycles.currency,
        cycles.minor_digits,
        priced.rate_decimals,
        priced.factor_decimals,
        greatest(
            cycles.minor_digits,
            priced.amount_decimals,
            coalesce(discounts.amount_decimals, 0)
        ) as amount_decimals,
        coalesce(percents.percent_decimals, 0) as percent_decimals,
        coalesce(percents.total_percent_decimals, 0) as total_percent_decimals,
        greatest(priced.day_whole, coalesce(discounts.day_whole, 1L)) as day_whole
    from {{ ref('cycles_to_bill') }} as cycles
    inner join item_decimals as priced
        on
            cycles.account_id = priced.account_id
            and cycles.cycle_start = priced.cycle_start
    left join percent_decimals as percents
        on
            cycles.account_id = percents.account_id
            and cycles.cycle_start = percents.cycle_start
    left join discount_decimals as discounts
        on
            cycles.account_id = discounts.account_id
            and cycles.cycle_start = discounts.cycle_start

),

with_power as (

    select
        *,
        -- bounded: 10 and 12 decimals each
        amount_decimals - minor_digits + rate_decimals + factor_decimals + percent_decimals
        + total_percent_decimals as minor_unit_decimals
    from scales

)

select
    *,
    -- bounded: 27 decimals, and days of two months
    case
        when minor_unit_decimals <= 27 then cast(
            cast(day_whole as decimal(10, 0)) * {{ ten_to('least(minor_unit_decimals, 27)') }}
            as decimal(38, 0)
        )
    end as minor_unit
from with_power
