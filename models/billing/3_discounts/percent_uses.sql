-- Rule 14: what each percent takes off each item, exactly.
with

parts as (

    select
        percents.account_id,
        percents.cycle_start,
        percents.item_no,
        percents.discount_id,
        percents.stage,
        {{ whole_of('percents.percent_off', 'if(percents.stage = 1, scales.percent_decimals, '
            ~ 'scales.total_percent_decimals) - 2') }} as percent_parts
    from {{ ref('item_percents') }} as percents
    inner join {{ ref('cycle_scales') }} as scales
        on
            percents.account_id = scales.account_id
            and percents.cycle_start = scales.cycle_start

)

select
    parts.account_id,
    parts.cycle_start,
    parts.item_no,
    parts.discount_id,
    -- bounded: not above the item, which has 30 digits
    cast(
        priced.base
        * cast(parts.percent_parts as decimal(38, 0))
        * if(
            parts.stage = 1,
            priced.total_percent_whole,
            cast(priced.percent_whole - priced.percent_parts as decimal(38, 0))
        ) as decimal(38, 0)
    ) as taken_amount
from parts
inner join {{ ref('exact_items') }} as priced
    on
        parts.account_id = priced.account_id
        and parts.cycle_start = priced.cycle_start
        and parts.item_no = priced.item_no
