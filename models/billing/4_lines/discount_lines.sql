-- Rule 14: what discounts take off, by the tax rates that it is taken from.
with

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

)

select
    uses.account_id,
    uses.cycle_start,
    uses.discount_id,
    uses.taken_by,
    priced.tax_basis,
    priced.tax_rate,
    -- bounded: 30 digits each, and this has 38
    cast(sum(uses.taken_amount) as decimal(38, 0)) as taken_amount
from uses
inner join {{ ref('items') }} as priced
    on
        uses.account_id = priced.account_id
        and uses.cycle_start = priced.cycle_start
        and uses.item_no = priced.item_no
where uses.taken_amount != 0
group by
    uses.account_id,
    uses.cycle_start,
    uses.discount_id,
    uses.taken_by,
    priced.tax_basis,
    priced.tax_rate
-- bounded: 30 digits each, and this has 38
having sum(uses.taken_amount) != 0
