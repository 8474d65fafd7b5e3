-- Rule 14: what amounts take off items, one after another: each is used up on what it is
-- on, in the order of the lines, as far as something is left there.
with

discounts as (

    select * from {{ ref('exact_discounts') }}
    where entry_no = {{ pass_no() }}

),

used_before as (

    select
        account_id,
        cycle_start,
        item_no,
        -- bounded: not above the item, which has 30 digits
        cast(sum(taken_amount) as decimal(38, 0)) as taken_amount
    from {{ this }}
    group by account_id, cycle_start, item_no

),

left_of_lines as (

    select
        lines.account_id,
        lines.cycle_start,
        lines.item_no,
        discounts.discount_id,
        discounts.exact_amount,
        -- bounded: items of 30 digits
        cast(
            lines.left_amount
            - coalesce(used_before.taken_amount, cast(0 as decimal(38, 0)))
            as decimal(38, 0)
        ) as left_amount
    from {{ ref('discounted_lines') }} as lines
    inner join discounts
        on
            lines.account_id = discounts.account_id
            and lines.cycle_start = discounts.cycle_start
            and discounts.plan_id in ('*', lines.plan_id)
            and coalesce(discounts.subscription_id, lines.subscription_id, '')
            = coalesce(lines.subscription_id, '')
    left join used_before
        on
            lines.account_id = used_before.account_id
            and lines.cycle_start = used_before.cycle_start
            and lines.item_no = used_before.item_no
    where
        discounts.taken_on = 'total'
        or (discounts.taken_on = 'usage' and lines.line_type = 'usage')
        or (discounts.taken_on = 'recurring' and lines.line_type != 'usage')

),

in_turn as (

    select
        *,
        -- bounded: items of 30 digits
        cast(sum(left_amount) over (
            partition by account_id, cycle_start
            order by item_no
            rows between unbounded preceding and current row
        ) as decimal(38, 0)) as left_until
    from left_of_lines
    where left_amount > 0

)

select
    account_id,
    cycle_start,
    cast(item_no as int) as item_no,
    cast({{ pass_no() }} as int) as entry_no,
    discount_id,
    -- bounded: items of 30 digits
    cast(
        least(left_amount, exact_amount - (left_until - left_amount)) as decimal(38, 0)
    ) as taken_amount
from in_turn
-- bounded: items of 30 digits
where left_until - left_amount < exact_amount
