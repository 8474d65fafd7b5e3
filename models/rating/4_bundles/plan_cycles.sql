-- The billing cycles that the bundles of the run are of, with the subscriptions of each
-- account in it and how long each was on its plan there.
with

longest as (

    select coalesce(max(rollover_cycles), 0) as rollover_cycles
    from {{ ref('bundle_terms') }}

),

with_earlier as (

    select
        cycles.account_id,
        cycles.cycle_start,
        explode(sequence(0, longest.rollover_cycles)) as cycles_back
    from {{ ref('bundled_cycles') }} as cycles
    cross join longest

),

cycles as (

    select
        account_id,
        add_months(cycle_start, 0 - cycles_back) as cycle_start
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
        {{ in_force_or_first('time_zone', 'cast(cycles.cycle_start as timestamp)') }} as time_zone
    from cycles
    inner join {{ ref('account_periods') }} as periods
        on cycles.account_id = periods.account_id
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
    holders.subscription_id,
    holders.plan_id,
    cycles.time_zone,
    cycles.cycle_start,
    greatest(cycles.cycle_from, holders.valid_from) as valid_from,
    least(cycles.cycle_to, holders.valid_to) as valid_to
from with_bounds as cycles
inner join {{ ref('subscription_periods') }} as holders
    on
        cycles.account_id = holders.account_id
        and cycles.cycle_from < holders.valid_to
        and cycles.cycle_to > holders.valid_from
