{{
    config(
        materialized='table',
    )
}}

-- Rule 6: the bands from each UTC hour on, by calendar and time zone, as UTC intervals, so that daylight
-- saving is settled here and only here: an instant has the band of its wall-clock time.
with

hours as (

    select * from {{ ref('dirty_hours') }}

),

quarters_used as (

    select explode(sequence(
        hour_start, date_trunc('hour', last_instant) + interval 45 minutes, interval 15 minutes
    )) as quarter_start
    from hours

),

quarters as (

    select distinct quarter_start from quarters_used

),

calendar_zones as (

    select distinct
        plan_calendars.calendar_id,
        accounts.time_zone
    from {{ ref('subscription_periods') }} as subscriptions
    inner join {{ ref('account_periods') }} as accounts
        on subscriptions.account_id = accounts.account_id
    inner join {{ known(ref('plan_calendars')) }} as plan_calendars
        on plan_calendars.plan_id in (subscriptions.plan_id, '*')

),

-- a time zone changes its offset at a quarter of an hour, never within one
local_quarters as (

    select
        calendar_zones.calendar_id,
        calendar_zones.time_zone,
        unix_micros(quarters.quarter_start) as quarter_micros,
        from_utc_timestamp(quarters.quarter_start, calendar_zones.time_zone) as local_start
    from quarters
    cross join calendar_zones

),

with_second as (

    select
        *,
        to_date(local_start) as local_date,
        hour(local_start) * 3600 + minute(local_start) * 60 as second
    from local_quarters

),

pieces as (

    select
        quarter.calendar_id,
        quarter.time_zone,
        day.band,
        quarter.quarter_micros
        + (greatest(day.from_second, quarter.second) - quarter.second) * 1000000L as from_micros,
        quarter.quarter_micros
        + (least(day.to_second, quarter.second + 900) - quarter.second) * 1000000L as to_micros
    from with_second as quarter
    inner join {{ ref('band_days') }} as day
        on
            quarter.calendar_id = day.calendar_id
            and quarter.local_date = day.local_date
            and day.from_second < quarter.second + 900
            and day.to_second > quarter.second

),

with_change as (

    select
        *,
        not (
            band <=> lag(band) over in_time
            and from_micros <=> lag(to_micros) over in_time
        ) as is_change
    from pieces
    window in_time as (partition by calendar_id, time_zone order by from_micros)

),

with_interval_no as (

    select
        *,
        count_if(is_change) over (
            partition by calendar_id, time_zone
            order by from_micros
        ) as interval_no
    from with_change

),

intervals as (

    select
        calendar_id,
        time_zone,
        band,
        min(from_micros) as from_micros,
        max(to_micros) as to_micros
    from with_interval_no
    group by calendar_id, time_zone, interval_no, band

),

final as (

    select
        intervals.calendar_id,
        intervals.time_zone,
        hours.hour_start,
        array_sort(collect_list(struct(
            intervals.from_micros,
            intervals.to_micros,
            intervals.band
        ))) as bands
    from hours
    inner join intervals
        on
            intervals.to_micros > unix_micros(hours.hour_start)
            and intervals.from_micros <= greatest(
                unix_micros(hours.last_instant), unix_micros(hours.hour_start) + 3600000000
            )
    group by intervals.calendar_id, intervals.time_zone, hours.hour_start

)

select * from final
