-- Rules 8 and 9: where changed and new events stand in a billing cycle, and where they
-- stood. An account with prices by the volume of its cycle is rated again from the
-- cycle's first event on.
with

changed_records as (

    select record_id
    from {{ source('last_run', 'event_index') }}
    where {{ is_among('event_hash', ref('changed_events'), 'event_hash') }}

),

left_places as (

    select
        running.account_id,
        running.subscription_id,
        running.cycle_start,
        running.started_at
    from {{ source('last_run', 'running_usages') }} as running
    left semi join changed_records on running.record_id = changed_records.record_id

),

places as (

    select
        account_id,
        subscription_id,
        cycle_start,
        min(started_at) as started_at
    from (
        select * from left_places
        union all
        select * from {{ ref('taken_places') }}
    ) as moved
    group by account_id, subscription_id, cycle_start

),

volume_cycles as (

    select
        account_id,
        cycle_start,
        min(started_at) as first_at
    from {{ source('last_run', 'running_usages') }}
    group by account_id, cycle_start
    having bool_or(has_volume)

),

final as (

    select
        places.account_id,
        places.subscription_id,
        places.cycle_start,
        least(places.started_at, volume_cycles.first_at) as started_at
    from places
    left join volume_cycles
        on
            places.account_id = volume_cycles.account_id
            and places.cycle_start = volume_cycles.cycle_start

)

select * from final
