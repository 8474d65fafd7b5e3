-- Rules 13, 14 and 16: what each item comes to exactly, before and after its percents, in
-- the parts that its cycle is counted in. None: it has more than 30 digits.
with

factors as (

    select
        priced.account_id,
        priced.cycle_start,
        priced.item_no,
        cast(if(priced.charge_amount < 0, -1, 1) as decimal(1, 0)) as sign,
        {{ whole_of('priced.charge_amount', 'scales.amount_decimals') }} as amount_parts,
        {{ whole_of('coalesce(priced.exchange_rate, 1)', 'scales.rate_decimals') }}
            as rate_parts,
        {{ whole_of('priced.factor', 'scales.factor_decimals') }} as factor_parts,
        -- bounded: days of a month, times those of another
        priced.day_parts * (scales.day_whole div priced.day_whole) as day_parts,
        {{ ten_to('scales.percent_decimals') }} as percent_whole,
        {{ ten_to('scales.total_percent_decimals') }} as total_percent_whole,
        coalesce(percents.percent_parts, 0L) as percent_parts,
        coalesce(percents.total_percent_parts, 0L) as total_percent_parts
    from {{ ref('items') }} as priced
    inner join {{ ref('cycle_scales') }} as scales
        on
            priced.account_id = scales.account_id
            and priced.cycle_start = scales.cycle_start
    left join {{ ref('percent_sums') }} as percents
        on
            priced.account_id = percents.account_id
            and priced.cycle_start = percents.cycle_start
            and priced.item_no = percents.item_no
    where not priced.is_unbillable

),

with_rate as (

    select
        *,
        {{ mostly_short_product('amount_parts', 'rate_parts') }} as in_currency
    from factors

),

with_factor as (

    select
        *,
        {{ mostly_short_product('in_currency', 'factor_parts') }} as in_quantity
    from with_rate

),

with_days as (

    select
        *,
        {{ mostly_short_product('in_quantity', 'day_parts') }} as base
    from with_factor

),

with_percents as (

    select
        *,
        -- bounded: whole numbers of at most 13 digits
        {{ mostly_short_product('base', 'percent_whole * total_percent_whole') }} as magnitude
    from with_days

),

in_range as (

    select
        *,
        magnitude is not null
        and magnitude < cast('1000000000000000000000000000000' as decimal(38, 0))
            as is_in_range
    from with_percents

)

select
    account_id,
    cycle_start,
    item_no,
    percent_parts,
    percent_whole,
    total_percent_whole,
    if(is_in_range, cast(sign * base as decimal(38, 0)), null) as base,
    if(is_in_range, cast(sign * magnitude as decimal(38, 0)), null) as exact_amount,
    -- bounded: not above the magnitude, which has 30 digits
    case
        when is_in_range then cast(
            sign * base * (percent_whole - percent_parts)
            * (total_percent_whole - total_percent_parts) as decimal(38, 0)
        )
    end as left_amount
from in_range
