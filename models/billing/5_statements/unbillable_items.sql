-- Rule 16: fees and prices that have no exchange rate, and what is out of range.
select
    items.account_id,
    items.line_key,
    items.line_type,
    items.subscription_id,
    items.plan_id,
    items.item_id,
    items.charge_currency,
    items.cycle_currency,
    if(items.is_unbillable, 'no_exchange_rate', 'amount_out_of_range') as reason,
    items.charge_amount,
    items.cycle_start,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('items') }} as items
left join {{ ref('unbillable_cycles') }} as cycles
    on
        items.account_id = cycles.account_id
        and items.cycle_start = cycles.cycle_start
where items.is_unbillable or cycles.account_id is not null
