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

usages as (

    select
        subscriber,
        started_at
    from {{ ref('stg_usages') }}
    where run_id > {{ last_run_id() }}
    union all
    select
        usages.subscriber,
        usages.started_at
    from {{ ref('stg_usages') }} as usages
    left semi join changed_records on usages.record_id = changed_records.record_id
    where usages.run_id <= {{ last_run_id() }}

),

-- only the accounts that have something running: nothing follows a first one
running_accounts as (

    select distinct account_id from {{ source('last_run', 'running_usages') }}

),

taken_places as (

    select
        accounts.account_id,
        subscriptions.subscription_id,
        {{ cycle_start('accounts.usage_date', 'accounts.bill_day') }} as cycle_start,
        accounts.started_at
    from (
        select
            periods.account_id,
            usages.subscriber,
            usages.started_at,
            periods.bill_day,
            to_date(from_utc_timestamp(usages.started_at, periods.time_zone))
                as usage_date
        from usages
        inner join {{ ref('subscription_periods') }} as holders
            on
                usages.subscriber = holders.subscriber
                and usages.started_at >= holders.valid_from
                and usages.started_at < holders.valid_to
        left semi join running_accounts
            on holders.account_id = running_accounts.account_id
        inner join {{ ref('account_periods') }} as periods
            on
                holders.account_id = periods.account_id
                and usages.started_at >= periods.valid_from
                and usages.started_at < periods.valid_to
    ) as accounts
    inner join {{ ref('subscription_periods') }} as subscriptions
        on
            accounts.subscriber = subscriptions.subscriber
            and accounts.started_at >= subscriptions.valid_from
            and accounts.started_at < subscriptions.valid_to

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
        select * from taken_places
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
