-- The earlier events that new records name, and those whose number's holder, account,
-- bundles or reference changed since the last run.
with

earlier_usages as (

    select
        event_hash,
        subscriber,
        started_at
    from {{ ref('stg_usages') }}
    where run_id <= {{ last_run_id() }}

),

named_by_new as (

    select event_hash
    from {{ source('last_run', 'event_index') }}
    where {{ is_among('event_hash', ref('new_names'), 'event_hash') }}
    union all
    select corrections.event_hash
    from {{ source('last_run', 'corrections') }} as corrections
    left semi join {{ ref('new_names') }} as new_names
        on corrections.event_hash = new_names.event_hash

),

of_changed_numbers as (

    select usages.event_hash
    from earlier_usages as usages
    inner join {{ ref('changed_numbers') }} as changed
        on
            usages.subscriber = changed.subscriber
            and usages.started_at >= changed.changed_from
    where {{ is_since_first('usages.started_at', ref('changed_numbers'), 'changed_from') }}

),

changed_accounts as (

    select * from {{ ref('changed_accounts') }}
    union all
    select * from {{ ref('changed_sharers') }}

),

of_changed_accounts as (

    select usages.event_hash
    from earlier_usages as usages
    inner join {{ ref('subscription_periods') }} as periods
        on
            usages.subscriber = periods.subscriber
            and usages.started_at >= periods.valid_from
            and usages.started_at < periods.valid_to
    inner join changed_accounts as changed
        on
            periods.account_id = changed.account_id
            and usages.started_at >= changed.changed_from

),

of_changed_reference as (

    select event_hash
    from earlier_usages
    where
        {{ is_since_first('started_at', ref('reference_changes'), 'changed_from') }}

)

select event_hash from named_by_new
union
select event_hash from of_changed_numbers
union
select event_hash from of_changed_accounts
union
select event_hash from of_changed_reference
