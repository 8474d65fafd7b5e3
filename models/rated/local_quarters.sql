{{ config(materialized='ephemeral') }}

-- The quarters of an hour that dirty usage touches, as the clocks of each time zone
-- show them. A time zone changes its offset at a quarter of an hour, never within one.
with

quarters_used as (

    select
        explode(sequence(
            hour_start,
            date_trunc('hour', last_instant) + interval 45 minutes,
            interval 15 minutes
        )) as quarter_start
    from {{ ref('dirty_hours') }}

),

quarters as (

    select distinct quarter_start from quarters_used

),

calendar_zones as (

    select distinct
        plan_calendars.calendar_id,
        periods.time_zone
    from {{ ref('subscription_periods') }} as subscriptions
    inner join {{ ref('account_periods') }} as periods
        on subscriptions.account_id = periods.account_id
    inner join {{ known(ref('plan_calendars')) }} as plan_calendars
        on plan_calendars.plan_id in (subscriptions.plan_id, '*')

),

local_starts as (

    select
        calendar_zones.calendar_id,
        calendar_zones.time_zone,
        unix_micros(quarters.quarter_start) as quarter_micros,
        from_utc_timestamp(
            quarters.quarter_start, calendar_zones.time_zone
        ) as local_start
    from quarters
    cross join calendar_zones

),

final as (

    select
        calendar_id,
        time_zone,
        to_date(local_start) as local_date,
        quarter_micros,
        hour(local_start) * 3600 + minute(local_start) * 60 as from_second
    from local_starts

)

select * from final
