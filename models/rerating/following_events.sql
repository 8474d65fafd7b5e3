-- Rules 8 and 9: the events that come after a changed one and share a bundle or a
-- running total with it: its subscription's in the same cycle; the whole account's
-- where it has a bundle together, and later cycles' where something is carried over.
with

places as (

    select * from {{ ref('changed_places') }}

),

of_cycles as (

    select
        account_id,
        cycle_start,
        min(started_at) as started_at
    from places
    group by account_id, cycle_start

),

of_subscriptions as (

    select
        subscription_id,
        min(started_at) as started_at
    from places
    group by subscription_id

),

of_accounts as (

    select
        account_id,
        min(started_at) as started_at
    from places
    group by account_id

),

later as (

    select
        running.*,
        bool_or(running.is_shared) over (partition by running.account_id)
            as has_shared,
        bool_or(running.carries_over) over (partition by running.account_id)
            as has_carried
    from {{ source('last_run', 'running_usages') }} as running
    inner join of_accounts
        on
            running.account_id = of_accounts.account_id
            and running.started_at >= of_accounts.started_at
    where {{ is_since_first('running.started_at', ref('changed_places'), 'started_at') }}

)

select distinct later.event_hash
from later
left join places
    on
        later.subscription_id = places.subscription_id
        and later.account_id = places.account_id
        and later.cycle_start = places.cycle_start
left join of_subscriptions on later.subscription_id = of_subscriptions.subscription_id
left join of_cycles
    on
        later.account_id = of_cycles.account_id
        and later.cycle_start = of_cycles.cycle_start
where
    later.started_at >= places.started_at
    or (later.has_carried and later.started_at >= of_subscriptions.started_at)
    or (later.has_shared and later.started_at >= of_cycles.started_at)
    or (later.has_shared and later.has_carried)
