-- Rule 14: the percents that are taken of each item, in their stages: 1 of usage or of
-- fees, 2 of what that leaves. Those of one stage add up to 100 at most.
with

discounts as (

    select
        discount_id,
        nullif(account_id, '*') as account_id,
        coalesce(plan_id, '*') as plan_id,
        `on` as taken_on,
        percent,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('discounts') }}
    where percent > 0 and (account_id is not null or plan_id is not null)

),

of_accounts as (

    select
        priced.account_id,
        priced.cycle_start,
        priced.item_no,
        priced.line_type,
        discounts.discount_id,
        discounts.taken_on,
        discounts.percent
    from {{ ref('items') }} as priced
    inner join discounts
        on
            priced.account_id = discounts.account_id
            and priced.priced_at >= discounts.valid_from
            and priced.priced_at < discounts.valid_to
    where
        not priced.is_unbillable
        and (discounts.plan_id = '*' or discounts.plan_id <=> priced.plan_id)

),

of_plans as (

    select
        priced.account_id,
        priced.cycle_start,
        priced.item_no,
        priced.line_type,
        discounts.discount_id,
        discounts.taken_on,
        discounts.percent
    from {{ ref('items') }} as priced
    inner join discounts
        on
            discounts.plan_id in ('*', priced.plan_id)
            and priced.priced_at >= discounts.valid_from
            and priced.priced_at < discounts.valid_to
    where discounts.account_id is null and not priced.is_unbillable

),

in_stages as (

    select
        *,
        if(taken_on = 'total', 2, 1) as stage
    from (
        select * from of_accounts
        union all
        select * from of_plans
    ) as discounts
    where
        taken_on = 'total'
        or (taken_on = 'usage' and line_type = 'usage')
        or (taken_on = 'recurring' and line_type != 'usage')

),

with_before as (

    select
        *,
        -- bounded: percents of at most 100 each
        cast(sum(percent) over (
            partition by account_id, cycle_start, item_no, stage
            order by discount_id
            rows between unbounded preceding and current row
        ) as decimal(28, 10)) as percent_so_far
    from in_stages

)

select
    account_id,
    cycle_start,
    item_no,
    discount_id,
    stage,
    -- bounded: percents of at most 100 each
    cast(least(
        percent, cast(100 as decimal(28, 10)) - (percent_so_far - percent)
    ) as decimal(28, 10)) as percent_off
from with_before
-- bounded: percents of at most 100 each
where percent_so_far - percent < 100
