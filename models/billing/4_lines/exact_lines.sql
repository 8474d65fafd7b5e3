-- The lines of the cycles in their order, exact. What an amount or percent takes off is a
-- line for each tax rate that it is taken from (rule 14).
with

item_lines as (

    select
        items.account_id,
        items.cycle_start,
        items.type_no,
        min(items.item_no) as order_no,
        items.line_type,
        items.line_key,
        max(items.subscription_id) as subscription_id,
        max(items.plan_id) as plan_id,
        max(items.item_id) as item_id,
        max(items.service) as service,
        max(items.direction) as direction,
        max(items.destination_zone) as destination_zone,
        max(items.roaming_zone) as roaming_zone,
        max(items.charge_currency) as charge_currency,
        max(items.tax_code) as tax_code,
        max(items.tax_basis) as tax_basis,
        -- bounded: counts
        sum(items.event_count) as event_count,
        -- bounded: below 10^12 for each event, and this has 38 digits
        cast(sum(items.quantity) as decimal(38, 6)) as quantity,
        -- bounded: below 10^17 for each event, and this has 38 digits
        cast(sum(items.charge_amount) as decimal(38, 10)) as charge_amount,
        max(items.exchange_rate) as exchange_rate,
        max(items.tax_rate) as tax_rate,
        -- bounded: 30 digits each, and this has 38
        cast(sum(exact_items.exact_amount) as decimal(38, 0)) as exact_amount,
        bool_and(exact_items.exact_amount is not null) as is_in_range
    from {{ ref('items') }} as items
    inner join {{ ref('exact_items') }} as exact_items
        on
            items.account_id = exact_items.account_id
            and items.cycle_start = exact_items.cycle_start
            and items.item_no = exact_items.item_no
    group by
        items.account_id,
        items.cycle_start,
        items.type_no,
        items.line_type,
        items.line_key

),

uses as (

    select
        account_id,
        cycle_start,
        item_no,
        discount_id,
        'percent' as taken_by,
        taken_amount
    from {{ ref('percent_uses') }}
    union all
    select
        account_id,
        cycle_start,
        item_no,
        discount_id,
        'amount' as taken_by,
        taken_amount
    from {{ ref('amount_uses') }}

),

discount_lines as (

    select
        uses.account_id,
        uses.cycle_start,
        uses.discount_id,
        uses.taken_by,
        items.tax_basis,
        items.tax_rate,
        -- bounded: 30 digits each, and this has 38
        cast(sum(uses.taken_amount) as decimal(38, 0)) as taken_amount
    from uses
    inner join {{ ref('items') }} as items
        on
            uses.account_id = items.account_id
            and uses.cycle_start = items.cycle_start
            and uses.item_no = items.item_no
    where uses.taken_amount != 0
    group by
        uses.account_id,
        uses.cycle_start,
        uses.discount_id,
        uses.taken_by,
        items.tax_basis,
        items.tax_rate

)

select * from item_lines
union all
select
    account_id,
    cycle_start,
    4 as type_no,
    row_number() over (
        partition by account_id, cycle_start
        order by discount_id, taken_by, coalesce(tax_rate, 0), coalesce(tax_basis, '')
    ) as order_no,
    'discount' as line_type,
    {{ line_key(["'discount'", 'discount_id', 'taken_by', 'tax_rate', 'tax_basis']) }}
        as line_key,
    cast(null as string) as subscription_id,
    cast(null as string) as plan_id,
    discount_id as item_id,
    cast(null as string) as service,
    cast(null as string) as direction,
    cast(null as string) as destination_zone,
    cast(null as string) as roaming_zone,
    cast(null as string) as charge_currency,
    cast(null as string) as tax_code,
    tax_basis,
    0L as event_count,
    cast(1 as decimal(38, 6)) as quantity,
    cast(null as decimal(38, 10)) as charge_amount,
    cast(null as decimal(28, 10)) as exchange_rate,
    tax_rate,
    -- bounded: 38 digits, by one
    cast(taken_amount * cast(-1 as decimal(1, 0)) as decimal(38, 0)) as exact_amount,
    taken_amount is not null as is_in_range
from discount_lines
