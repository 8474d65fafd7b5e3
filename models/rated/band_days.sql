{{ config(materialized='ephemeral') }}

-- Rule 6: the bands of each local day that dirty usage touches, by calendar: holiday rows before others on
-- a holiday, then priority; a band that crosses midnight belongs to the day it starts on.
with

dates as (

    select distinct explode(sequence(date_sub(used_from, 2), date_add(used_to, 2))) as local_date
    from {{ ref('dirty_hours') }}

),

bands as (

    select
        calendar_id,
        band,
        coalesce(priority, 2147483647) as priority,
        {{ days_of_week('days') }} as days_of_week,
        contains(lower(days), 'holiday') as is_holiday_band,
        {{ seconds_of_day('from_time') }} as from_second,
        {{ seconds_of_day('to_time') }} as to_second
    from {{ known(ref('time_bands')) }}

),

holidays as (

    select distinct calendar_id, `date` as local_date from {{ known(ref('holidays')) }}

),

started as (

    select
        bands.*,
        dates.local_date,
        holidays.local_date is not null and bands.is_holiday_band as is_by_holiday
    from bands
    cross join dates
    left join holidays
        on bands.calendar_id = holidays.calendar_id and dates.local_date = holidays.local_date
    where
        array_contains(bands.days_of_week, weekday(dates.local_date))
        or (bands.is_holiday_band and holidays.local_date is not null)

),

pieces as (

    select
        calendar_id, local_date, band, priority, is_by_holiday, from_second,
        if(to_second <= from_second, 86400, to_second) as to_second
    from started
    union all
    select
        calendar_id, date_add(local_date, 1) as local_date, band, priority, is_by_holiday,
        0 as from_second, to_second
    from started
    where to_second <= from_second and to_second > 0

),

edges as (

    select calendar_id, local_date, from_second as edge from pieces
    union
    select calendar_id, local_date, to_second as edge from pieces

),

windows as (

    select
        *,
        lead(edge) over (partition by calendar_id, local_date order by edge) as next_edge
    from edges

),

best as (

    select
        windows.calendar_id,
        windows.local_date,
        windows.edge as from_second,
        windows.next_edge as to_second,
        pieces.band
    from windows
    inner join pieces
        on
            windows.calendar_id = pieces.calendar_id
            and windows.local_date = pieces.local_date
            and windows.edge >= pieces.from_second
            and windows.edge < pieces.to_second
    where windows.next_edge is not null
    qualify row_number() over (
        partition by windows.calendar_id, windows.local_date, windows.edge
        order by pieces.is_by_holiday desc, pieces.priority, pieces.band
    ) = 1

)

select * from best
