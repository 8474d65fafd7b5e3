-- Rule 14: the amounts that are taken off in each cycle, numbered in their order. One of
-- an account counts once, one of a plan once for each subscription with lines of it; of
-- its versions in the cycle the first, or if it is prorated each for its days.
with

discounts as (

    select
        discount_id,
        nullif(account_id, '*') as account_id,
        coalesce(plan_id, '*') as plan_id,
        `on` as taken_on,
        amount,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('discounts') }}
    where amount > 0 and (account_id is not null or plan_id is not null)

),

subscriptions as (

    select distinct
        account_id,
        cycle_start,
        subscription_id,
        plan_id
    from {{ ref('items') }}
    where subscription_id is not null

),

entries as (

    select
        cycles.account_id,
        cycles.cycle_start,
        discounts.discount_id,
        cast(null as string) as subscription_id,
        discounts.plan_id,
        discounts.taken_on,
        discounts.amount,
        discounts.valid_from
    from {{ ref('cycles_to_bill') }} as cycles
    inner join discounts
        on
            cycles.account_id = discounts.account_id
            and cycles.cycle_from < discounts.valid_to
            and cycles.cycle_to > discounts.valid_from
    union all
    select distinct
        cycles.account_id,
        cycles.cycle_start,
        discounts.discount_id,
        subscriptions.subscription_id,
        discounts.plan_id,
        discounts.taken_on,
        discounts.amount,
        discounts.valid_from
    from discounts
    inner join {{ ref('cycles_to_bill') }} as cycles
        on
            discounts.valid_to > cycles.cycle_from
            and discounts.valid_from < cycles.cycle_to
    inner join subscriptions
        on
            cycles.account_id = subscriptions.account_id
            and cycles.cycle_start = subscriptions.cycle_start
            and discounts.plan_id in ('*', subscriptions.plan_id)
    where discounts.account_id is null

),

with_days as (

    select
        entries.*,
        coalesce(days.day_parts, 1L) as day_parts,
        coalesce(days.day_whole, 1L) as day_whole,
        {{ row_no() }} over (
            partition by
                entries.account_id,
                entries.cycle_start,
                entries.discount_id,
                entries.subscription_id,
                days.discount_id
            order by entries.valid_from
        ) as version_no,
        days.discount_id is not null as is_prorated
    from entries
    left join {{ ref('discount_days') }} as days
        on
            entries.account_id = days.account_id
            and entries.cycle_start = days.cycle_start
            and entries.subscription_id = days.subscription_id
            and entries.discount_id = days.discount_id
            and entries.valid_from = days.valid_from

)

select
    account_id,
    cycle_start,
    discount_id,
    subscription_id,
    plan_id,
    taken_on,
    amount,
    day_parts,
    day_whole,
    {{ row_no() }} over (
        partition by account_id, cycle_start
        order by discount_id, coalesce(subscription_id, ''), valid_from
    ) as entry_no
from with_days
where day_parts > 0 and (is_prorated or version_no = 1)
