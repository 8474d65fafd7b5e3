-- Rule 13: the local days, from `first_day` to before `end_day`, that are charged to a
-- plan, by its version and the account's record, in the cycles that the run computes.
with

account_starts as (

    select
        periods.account_id,
        periods.bill_day,
        periods.time_zone,
        periods.valid_from,
        {{ local_date('periods.valid_from', 'periods.time_zone') }} as first_day
    from {{ ref('account_periods') }} as periods
    left semi join {{ ref('cycles_to_bill') }} as cycles
        on periods.account_id = cycles.account_id

),

-- a later record may begin on an earlier day, by its own clock
account_days as (

    select
        account_id,
        bill_day,
        time_zone,
        first_day,
        coalesce(
            min(first_day) over (
                partition by account_id
                order by valid_from
                rows between 1 following and unbounded following
            ),
            date '9999-12-31'
        ) as end_day
    from account_starts

),

stays as (

    select
        cycles.account_id,
        plans.subscription_id,
        plans.plan_id,
        days.time_zone,
        cycles.cycle_start,
        greatest(
            cycles.cycle_start,
            days.first_day,
            {{ local_date('plans.valid_from', 'days.time_zone') }}
        ) as first_day,
        least(
            cycles.cycle_end,
            days.end_day,
            {{ local_date('plans.valid_to', 'days.time_zone') }}
        ) as end_day
    from {{ ref('cycles_to_bill') }} as cycles
    inner join account_days as days
        on
            cycles.account_id = days.account_id
            and day(cycles.cycle_start) = days.bill_day
            and cycles.cycle_start < days.end_day
            and cycles.cycle_end > days.first_day
    inner join {{ ref('subscription_plans') }} as plans
        on
            cycles.account_id = plans.account_id
            and plans.plan_id is not null
            and cycles.cycle_from < plans.valid_to + interval 2 days
            and cycles.cycle_to > plans.valid_from - interval 2 days

)

select
    account_id,
    subscription_id,
    plan_id,
    time_zone,
    cycle_start,
    first_day,
    end_day
from stays
where first_day < end_day
