-- Rules 8 and 9: where new and changed events stand in a billing cycle, in accounts that
-- have something running: nothing follows a first one.
with

changed_records as (

    select record_id
    from {{ source('last_run', 'event_index') }}
    where {{ is_among('event_hash', ref('changed_events'), 'event_hash') }}

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

running_accounts as (

    select distinct account_id from {{ source('last_run', 'running_usages') }}

),

held as (

    select
        periods.account_id,
        holders.subscription_id,
        usages.started_at,
        periods.bill_day,
        to_date(from_utc_timestamp(usages.started_at, periods.time_zone)) as usage_date
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

)

select
    account_id,
    subscription_id,
    {{ cycle_start('usage_date', 'bill_day') }} as cycle_start,
    started_at
from held
