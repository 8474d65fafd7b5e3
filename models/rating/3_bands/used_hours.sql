-- The UTC hours that the run's events start in, by calendar and time zone, and the last
-- instant that one of them reaches from there.
with

hours as (

    select
        calendar_id,
        time_zone,
        start_micros div 3600000000 as hour_no,
        -- bounded: a start before 2100 and at most 31 days, in 10^-6 seconds
        max(start_micros + if(is_timed, total, 0)) as last_micros
    from {{ ref('events') }}
    where reason is null and calendar_id is not null
    group by calendar_id, time_zone, start_micros div 3600000000

)

select
    calendar_id,
    time_zone,
    last_micros,
    -- bounded: hours before 2100
    timestamp_micros(hour_no * 3600000000) as hour_start
from hours
