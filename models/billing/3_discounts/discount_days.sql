-- Rule 14: an amount on the fees of a plan that prorates is for the days that the
-- subscription is on the plan while it is valid, as parts of the cycle's two months.
with

discounts as (

    select
        discount_id,
        coalesce(plan_id, '*') as plan_id,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('discounts') }}
    where
        amount > 0
        and `on` = 'recurring'
        and plan_id is not null
        and nullif(account_id, '*') is null

),

prorating_plans as (

    select distinct plan_id
    from {{ known('plans') }}
    where prorate

),

stays as (

    select
        stays.account_id,
        stays.cycle_start,
        stays.subscription_id,
        discounts.discount_id,
        discounts.valid_from,
        add_months(trunc(stays.cycle_start, 'month'), 1) as next_month,
        greatest(
            stays.first_day, {{ local_date('discounts.valid_from', 'stays.time_zone') }}
        ) as from_day,
        least(
            stays.end_day, {{ local_date('discounts.valid_to', 'stays.time_zone') }}
        ) as to_day
    from {{ ref('plan_stays') }} as stays
    inner join prorating_plans on stays.plan_id = prorating_plans.plan_id
    inner join discounts on discounts.plan_id in ('*', stays.plan_id)

),

counted as (

    select
        account_id,
        cycle_start,
        subscription_id,
        discount_id,
        valid_from,
        datediff(next_month, trunc(cycle_start, 'month')) as month_days,
        datediff(add_months(next_month, 1), next_month) as next_month_days,
        -- bounded: days of a month
        sum(greatest(datediff(least(to_day, next_month), from_day), 0)) as days,
        -- bounded: days of a month
        sum(greatest(datediff(to_day, greatest(from_day, next_month)), 0)) as next_days
    from stays
    group by
        account_id, cycle_start, subscription_id, discount_id, valid_from, next_month

)

select
    account_id,
    cycle_start,
    subscription_id,
    discount_id,
    valid_from,
    -- bounded: days of a month, times those of another
    cast(days * next_month_days + next_days * month_days as bigint) as day_parts,
    -- bounded: days of a month, times those of another
    cast(month_days * next_month_days as bigint) as day_whole
from counted
