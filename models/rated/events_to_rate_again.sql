{{ config(materialized='table') }}

-- The events rated before whose result may differ now: they share an event with a new record, or their
-- number's holder, their account or the reference data changed. Whole groups of an event and its
-- corrections, always.
{%- if var('last_run_id') == 0 %}
select cast(null as string) as event_id where false
{%- else %}
with

usages as (

    select * from {{ ref('stg_usages') }}

),

new_usages as (

    select * from usages where run_id > {{ var('last_run_id') }}

),

known_usages as (

    select * from usages where run_id <= {{ var('last_run_id') }}

),

-- a changed account touches the numbers that its subscriptions held
numbers_of_changed_accounts as (

    select
        periods.subscriber,
        min(accounts.changed_from) as changed_from
    from {{ ref('subscription_periods') }} as periods
    inner join {{ ref('changed_accounts') }} as accounts
        on periods.account_id = accounts.account_id
    group by periods.subscriber

),

changed_numbers as (

    select subscriber, changed_from from {{ ref('changed_numbers') }}
    union all
    select subscriber, changed_from from numbers_of_changed_accounts

),

touched_events as (

    select root_event_id as event_id from new_usages
    union
    select event_id from new_usages where kind != 'original'
    union
    select known_usages.root_event_id as event_id
    from known_usages
    inner join changed_numbers
        on
            known_usages.subscriber = changed_numbers.subscriber
            and known_usages.started_at >= changed_numbers.changed_from
    union
    select known_usages.root_event_id as event_id
    from known_usages
    inner join {{ ref('reference_changes') }} as reference
        on known_usages.started_at >= reference.changed_from

),

-- a correction leads on to the event that it corrects
touched_corrections as (

    select
        known_usages.event_id,
        known_usages.root_event_id
    from known_usages
    left semi join touched_events on known_usages.event_id = touched_events.event_id
    where known_usages.kind != 'original'
    union
    select
        known_usages.event_id,
        known_usages.root_event_id
    from known_usages
    left semi join touched_events on known_usages.root_event_id = touched_events.event_id
    where known_usages.kind != 'original'

),

touched as (

    select event_id from touched_events
    union
    select root_event_id as event_id from touched_corrections
    union
    select event_id from touched_corrections

)

select event_id from touched
{%- endif %}
