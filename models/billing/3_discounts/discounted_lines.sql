-- Rule 14: the lines of the cycles in which amounts are taken off, with what percents left
-- of them. An item stands for its line: the first of it.
select
    priced.account_id,
    priced.cycle_start,
    priced.line_type,
    priced.plan_id,
    priced.subscription_id,
    -- bounded: items of 30 digits
    cast(sum(exact_items.left_amount) as decimal(38, 0)) as left_amount,
    min(priced.item_no) as item_no
from {{ ref('items') }} as priced
left semi join {{ ref('amount_discounts') }} as discounts
    on
        priced.account_id = discounts.account_id
        and priced.cycle_start = discounts.cycle_start
inner join {{ ref('exact_items') }} as exact_items
    on
        priced.account_id = exact_items.account_id
        and priced.cycle_start = exact_items.cycle_start
        and priced.item_no = exact_items.item_no
group by
    priced.account_id,
    priced.cycle_start,
    priced.line_type,
    priced.line_key,
    priced.plan_id,
    priced.subscription_id
