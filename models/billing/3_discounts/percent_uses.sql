-- Rule 14: what each percent takes off each item, exactly.
select
    percents.account_id,
    percents.cycle_start,
    percents.item_no,
    percents.discount_id,
    -- bounded: not above the item, which has 30 digits
    cast(
        items.base * if(
            percents.stage = 1,
            cast({{ whole_of('percents.percent', 'scales.percent_decimals - 2') }}
                as decimal(38, 0)) * items.total_percent_whole,
            cast({{ whole_of('percents.percent', 'scales.total_percent_decimals - 2') }}
                as decimal(38, 0)) * (items.percent_whole - items.percent_parts)
        ) as decimal(38, 0)
    ) as taken_amount
from {{ ref('item_percents') }} as percents
inner join {{ ref('cycle_scales') }} as scales
    on
        percents.account_id = scales.account_id
        and percents.cycle_start = scales.cycle_start
inner join {{ ref('exact_items') }} as items
    on
        percents.account_id = items.account_id
        and percents.cycle_start = items.cycle_start
        and percents.item_no = items.item_no
