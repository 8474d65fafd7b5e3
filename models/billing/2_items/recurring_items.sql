-- Rule 13: the recurring fees of the cycles. `day_parts` of `day_whole` are charged: a
-- cycle lies in two months at most, and the days of both are parts of one whole.
with

versions as (

    select
        stays.account_id,
        stays.subscription_id,
        stays.plan_id,
        stays.time_zone,
        stays.cycle_start,
        plans.valid_from as plan_from,
        plans.tax_code,
        plans.currency as charge_currency,
        coalesce(plans.prorate, false) as is_prorated,
        plans.recurring_fee,
        add_months(trunc(stays.cycle_start, 'month'), 1) as next_month,
        greatest(
            stays.first_day, {{ local_date('plans.valid_from', 'stays.time_zone') }}
        ) as first_day,
        least(
            stays.end_day, {{ local_date('plans.valid_to', 'stays.time_zone') }}
        ) as end_day
    from {{ ref('plan_stays') }} as stays
    inner join {{ known('plans') }} as plans
        on stays.plan_id = plans.plan_id

),

charged as (

    select
        account_id,
        cycle_start,
        subscription_id,
        plan_id,
        plan_from,
        next_month,
        charge_currency,
        tax_code,
        is_prorated,
        recurring_fee,
        min(first_day) as first_day,
        min_by(time_zone, first_day) as time_zone,
        -- bounded: days of a month
        sum(greatest(datediff(least(end_day, next_month), first_day), 0)) as days,
        -- bounded: days of a month
        sum(greatest(datediff(end_day, greatest(first_day, next_month)), 0)) as next_days
    from versions
    where first_day < end_day
    group by
        account_id, cycle_start, subscription_id, plan_id, plan_from, next_month,
        charge_currency, tax_code, is_prorated, recurring_fee

),

-- what is not prorated is charged once, by the first of its versions
with_place as (

    select
        *,
        1 as place
    from charged
    where is_prorated
    union all
    select
        *,
        {{ row_no() }} over (
            partition by account_id, cycle_start, subscription_id, plan_id
            order by first_day
        ) as place
    from charged
    where not is_prorated

),

with_months as (

    select
        *,
        datediff(next_month, trunc(cycle_start, 'month')) as month_days,
        datediff(add_months(next_month, 1), next_month) as next_month_days
    from with_place
    where recurring_fee > 0 and place = 1

)

select
    account_id,
    cycle_start,
    subscription_id,
    plan_id,
    plan_from,
    charge_currency,
    tax_code,
    recurring_fee,
    -- bounded: days of two months
    days + next_days as charged_days,
    -- bounded: days of a month, times those of another
    if(
        is_prorated,
        cast(days * next_month_days + next_days * month_days as bigint),
        1L
    ) as day_parts,
    -- bounded: days of a month, times those of another
    if(is_prorated, cast(month_days * next_month_days as bigint), 1L) as day_whole,
    is_prorated,
    {{ day_end('first_day', 'time_zone') }} as priced_at
from with_months
