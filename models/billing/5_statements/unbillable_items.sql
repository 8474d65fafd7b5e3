-- Rule 16: fees and prices that have no exchange rate, and what is out of range.
select
    priced.account_id,
    priced.line_key,
    priced.line_type,
    priced.subscription_id,
    priced.plan_id,
    priced.item_id,
    priced.charge_currency,
    priced.cycle_currency,
    if(priced.is_unbillable, 'no_exchange_rate', 'amount_out_of_range') as reason,
    priced.charge_amount,
    priced.cycle_start,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('items') }} as priced
left join {{ ref('unbillable_cycles') }} as cycles
    on
        priced.account_id = cycles.account_id
        and priced.cycle_start = cycles.cycle_start
where priced.is_unbillable or cycles.account_id is not null
