{{ config(materialized='ephemeral') }}

-- Rule 6: the bands that start on each local day that dirty usage touches, and their
-- precedence: holiday rows before others on a holiday, then priority.
with

dates as (

    select distinct
        explode(sequence(
            date_sub(used_from, 2), date_add(used_to, 2)
        )) as local_date
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
        date as local_date
    from {{ known(ref('holidays')) }}

),

started as (

    select
        bands.calendar_id,
        bands.band,
        dates.local_date,
        if(bands.is_holiday_band and holidays.local_date is not null, 0, 1)
            as precedence,
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

)

select * from started
