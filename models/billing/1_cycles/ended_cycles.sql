-- Rule 12: the cycles of touched accounts that ended after they were touched, as their
-- bill day stands on the days since their first subscription, and those that closed: what
-- they were closed for may be gone.
with

touched as (

    select
        account_id,
        min(touched_from) as touched_from
    from {{ ref('touched_accounts') }}
    group by account_id

),

held as (

    select
        plans.account_id,
        min(plans.valid_from) as held_from,
        least(max(plans.valid_to), {{ closed_until() }}) as held_to
    from {{ ref('subscription_plans') }} as plans
    left semi join touched on plans.account_id = touched.account_id
    group by plans.account_id

),

spans as (

    select
        periods.account_id,
        periods.bill_day,
        to_date(from_utc_timestamp(
            greatest(periods.valid_from, touched.touched_from, held.held_from),
            periods.time_zone
        )) as first_day,
        to_date(from_utc_timestamp(
            least(periods.valid_to, held.held_to), periods.time_zone
        )) as last_day
    from {{ ref('account_periods') }} as periods
    inner join touched on periods.account_id = touched.account_id
    inner join held on periods.account_id = held.account_id

),

with_first as (

    select
        account_id,
        {{ cycle_start('first_day', 'bill_day') }} as first_cycle,
        {{ cycle_start('last_day', 'bill_day') }} as last_cycle
    from spans

),

with_steps as (

    select
        account_id,
        first_cycle,
        explode(sequence(
            0,
            -- bounded: months of at most 10,000 years
            (year(last_cycle) - year(first_cycle)) * 12
            + month(last_cycle) - month(first_cycle)
        )) as month_no
    from with_first
    -- a cycle that ended since may have its last day long before
    where first_cycle <= last_cycle

)

select
    account_id,
    add_months(first_cycle, month_no) as cycle_start
from with_steps
union
select
    statements.account_id,
    statements.cycle_start
from {{ source('closed', 'statements') }} as statements
inner join {{ ref('touched_accounts') }} as touched
    on
        statements.account_id = touched.account_id
        and statements.cycle_end_at > touched.touched_from
        and touched.cause != 'time'
