-- The lines of the cycles, exact. What a discount takes off is one for each tax rate.
with

-- only what is summed: the words of a line are those of its first item
item_lines as (

    select
        priced.account_id,
        priced.cycle_start,
        priced.type_no,
        min(priced.item_no) as order_no,
        priced.line_key,
        min(priced.item_no) as item_no,
        cast(null as string) as discount_id,
        max(priced.tax_basis) as tax_basis,
        -- bounded: counts
        sum(priced.event_count) as event_count,
        -- bounded: below 10^12 for each event, and this has 38 digits
        cast(sum(priced.quantity) as decimal(38, 6)) as quantity,
        -- bounded: below 10^17 for each event, and this has 38 digits
        cast(sum(priced.charge_amount) as decimal(38, 10)) as charge_amount,
        max(priced.exchange_rate) as exchange_rate,
        max(priced.tax_rate) as tax_rate,
        min(if(priced.type_no = 1, priced.priced_at, null)) as first_started_at,
        max(priced.last_started_at) as last_started_at,
        array_sort(collect_list(if(
            priced.type_no = 1,
            struct(priced.priced_at as first_started_at, priced.last_started_at as last_started_at),
            null
        ))) as usage_stretches,
        -- bounded: 30 digits each, and this has 38
        cast(sum(exact_items.exact_amount) as decimal(38, 0)) as exact_amount,
        bool_and(exact_items.exact_amount is not null) as is_in_range
    from {{ ref('items') }} as priced
    inner join {{ ref('exact_items') }} as exact_items
        on
            priced.account_id = exact_items.account_id
            and priced.cycle_start = exact_items.cycle_start
            and priced.item_no = exact_items.item_no
    group by priced.account_id, priced.cycle_start, priced.type_no, priced.line_key

)

select * from item_lines
union all
select
    account_id,
    cycle_start,
    4 as type_no,
    {{ row_no() }} over (
        partition by account_id, cycle_start
        order by discount_id, taken_by, coalesce(tax_rate, 0), coalesce(tax_basis, '')
    ) as order_no,
    {{ line_key(["'discount'", 'discount_id', 'taken_by', 'tax_rate', 'tax_basis']) }}
        as line_key,
    cast(null as int) as item_no,
    discount_id,
    tax_basis,
    0L as event_count,
    cast(1 as decimal(38, 6)) as quantity,
    cast(null as decimal(38, 10)) as charge_amount,
    cast(null as decimal(28, 10)) as exchange_rate,
    tax_rate,
    cast(null as timestamp) as first_started_at,
    cast(null as timestamp) as last_started_at,
    cast(
        array() as array<struct<first_started_at: timestamp, last_started_at: timestamp>>
    ) as usage_stretches,
    -- bounded: 38 digits, by one
    cast(taken_amount * cast(-1 as decimal(1, 0)) as decimal(38, 0)) as exact_amount,
    taken_amount is not null as is_in_range
from {{ ref('discount_lines') }}
