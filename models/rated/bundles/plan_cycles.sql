{{ config(materialized='table') }}

-- The billing cycles that the bundles of the last run's batch are of, with the
-- subscriptions of each account in it and how long each was on its plan there.
with

longest as (

    select coalesce(max(rollover_cycles), 0) as rollover_cycles
    from {{ ref('bundle_terms') }}

),

batch_cycles as (

    select distinct
        account_id,
        cycle_start
    from {{ ref('running_batch') }}

),

with_earlier as (

    select
        batch_cycles.account_id,
        explode(sequence(
            batch_cycles.cycle_start,
            add_months(batch_cycles.cycle_start, -longest.rollover_cycles),
            interval -1 month
        )) as cycle_start
    from batch_cycles
    cross join longest

),

cycles as (

    select
        account_id,
        cycle_start
    from with_earlier
    union
    select
        account_id,
        cycle_start
    from {{ ref('add_ons') }}

),

-- a cycle has one time zone: the account's when it begins, else its first
with_time_zone as (

    select
        cycles.account_id,
        cycles.cycle_start,
        coalesce(
            max(if(
                cast(cycles.cycle_start as timestamp) >= account_period.valid_from
                and cast(cycles.cycle_start as timestamp) < account_period.valid_to,
                account_period.time_zone,
                null
            )),
            min_by(account_period.time_zone, account_period.valid_from)
        ) as time_zone
    from cycles
    inner join {{ ref('account_periods') }} as account_period
        on cycles.account_id = account_period.account_id
    group by cycles.account_id, cycles.cycle_start

),

with_bounds as (

    select
        *,
        {{ local_midnight('cycle_start', 'time_zone') }} as cycle_from,
        {{ local_midnight('add_months(cycle_start, 1)', 'time_zone') }} as cycle_to
    from with_time_zone

)

select
    cycles.account_id,
    subscription.subscription_id,
    subscription.plan_id,
    cycles.time_zone,
    cycles.cycle_start,
    greatest(cycles.cycle_from, subscription.valid_from) as valid_from,
    least(cycles.cycle_to, subscription.valid_to) as valid_to
from with_bounds as cycles
inner join {{ ref('subscription_periods') }} as subscription
    on
        cycles.account_id = subscription.account_id
        and cycles.cycle_from < subscription.valid_to
        and cycles.cycle_to > subscription.valid_from
