-- The quarters of an hour that events touch, as the clocks of each time zone show them.
-- A time zone changes its offset at a quarter of an hour, never within one.
with

used_quarters as (

    select distinct
        calendar_id,
        time_zone,
        explode(sequence(
            hour_start,
            date_trunc('hour', timestamp_micros(last_micros)) + interval 45 minutes,
            interval 15 minutes
        )) as quarter_start
    from {{ ref('used_hours') }}

),

with_local as (

    select
        *,
        from_utc_timestamp(quarter_start, time_zone) as local_start
    from used_quarters

)

select
    calendar_id,
    time_zone,
    unix_micros(quarter_start) as quarter_micros,
    to_date(local_start) as local_date,
    -- bounded: seconds of a day
    hour(local_start) * 3600 + minute(local_start) * 60 as from_second
from with_local
