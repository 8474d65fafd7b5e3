-- Rule 14: the percents of each item by their stage, added up, in the decimals of its cycle.
select
    percents.account_id,
    percents.cycle_start,
    percents.item_no,
    -- bounded: at most 100, of 10 decimals
    sum(if(percents.stage = 1, {{ whole_of(
        'percents.percent_off', 'scales.percent_decimals - 2'
    ) }}, 0L)) as percent_parts,
    -- bounded: at most 100, of 10 decimals
    sum(if(percents.stage = 2, {{ whole_of(
        'percents.percent_off', 'scales.total_percent_decimals - 2'
    ) }}, 0L)) as total_percent_parts
from {{ ref('item_percents') }} as percents
inner join {{ ref('cycle_scales') }} as scales
    on
        percents.account_id = scales.account_id
        and percents.cycle_start = scales.cycle_start
group by percents.account_id, percents.cycle_start, percents.item_no
