{{ config(materialized='table') }}

-- Rule 6: the bands of each local day that dirty usage touches, by calendar: holiday
-- rows before others on a holiday, then priority; a band that crosses midnight belongs
-- to the day it starts on.
with

dates as (

    select distinct
        explode(sequence(date_sub(used_from, 2), date_add(used_to, 2))) as local_date
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

    select distinct
        calendar_id,
        `date` as local_date
    from {{ known(ref('holidays')) }}

),

started as (

    select
        bands.calendar_id,
        bands.band,
        dates.local_date,
        if(bands.is_holiday_band and holidays.local_date is not null, 0, 1) as rank,
        bands.priority,
        bands.from_second,
        bands.to_second
    from bands
    cross join dates
    left join holidays
        on
            bands.calendar_id = holidays.calendar_id
            and dates.local_date = holidays.local_date
    where
        array_contains(bands.days_of_week, weekday(dates.local_date))
        or (bands.is_holiday_band and holidays.local_date is not null)

),

-- the part on the day it starts on, and the part after midnight
pieces as (

    select
        calendar_id,
        band,
        rank,
        priority,
        explode(array(
            struct(
                local_date,
                from_second,
                if(to_second <= from_second, 86400, to_second) as to_second
            ),
            struct(
                date_add(local_date, 1) as local_date,
                0 as from_second,
                if(to_second <= from_second, to_second, 0) as to_second
            )
        )) as piece
    from started

),

days as (

    select
        calendar_id,
        piece.local_date,
        collect_list(struct(
            rank, priority, band, piece.from_second, piece.to_second
        )) as pieces,
        array_sort(array_union(
            collect_set(piece.from_second), collect_set(piece.to_second)
        )) as edges
    from pieces
    where piece.to_second > piece.from_second
    group by calendar_id, piece.local_date

),

windows as (

    select
        calendar_id,
        local_date,
        pieces,
        posexplode(slice(edges, 1, size(edges) - 1)) as (edge_no, from_second),
        edges
    from days

),

final as (

    select
        calendar_id,
        local_date,
        from_second,
        get(edges, edge_no + 1) as to_second,
        array_min(filter(
            pieces,
            piece -> piece.from_second <= windows.from_second
            and piece.to_second > windows.from_second
        )).band as band
    from windows

)

select * from final
where band is not null
