-- Rule 6: the bands that start on each local day that events touch, and their
-- precedence: holiday rows before others on a holiday, then priority, then name.
with

dates as (

    select distinct
        explode(sequence(
            date_sub(to_date(hour_start), 2),
            date_add(to_date(timestamp_micros(last_micros)), 2),
            interval 1 day
        )) as local_date
    from {{ ref('used_hours') }}

),

bands as (

    select
        calendar_id,
        band,
        days,
        coalesce(priority, 2147483647) as priority,
        contains(days, 'holiday') as is_holiday_band,
        {{ seconds_of_day('from_time') }} as from_second,
        {{ seconds_of_day('to_time') }} as to_second
    from {{ known('time_bands') }}

),

holidays as (

    select distinct
        calendar_id,
        date as local_date
    from {{ known('holidays') }}

),

parts as (

    select
        calendar_id,
        days,
        split_part(part, '-', 1) as first_day,
        if(contains(part, '-'), split_part(part, '-', 2), part) as last_day
    from (
        select distinct
            calendar_id,
            days,
            explode(split(replace(days, '*', 'mon-sun'), ',')) as part
        from bands
    ) as split_days
    where part != 'holiday'

),

-- Monday is 0
numbers as (

    select explode(sequence(0, 6)) as day_no

),

weekdays as (

    select distinct
        parts.calendar_id,
        parts.days,
        numbers.day_no
    from parts
    cross join numbers
    where
        pmod(numbers.day_no - {{ weekday_no('parts.first_day') }}, 7)
        <= pmod({{ weekday_no('parts.last_day') }} - {{ weekday_no('parts.first_day') }}, 7)

),

final as (

    select
        bands.calendar_id,
        bands.band,
        dates.local_date,
        bands.priority,
        bands.from_second,
        bands.to_second,
        if(bands.is_holiday_band and holidays.local_date is not null, 0, 1)
            as precedence
    from bands
    cross join dates
    left join holidays
        on
            bands.calendar_id = holidays.calendar_id
            and dates.local_date = holidays.local_date
    left join weekdays
        on
            bands.calendar_id = weekdays.calendar_id
            and bands.days = weekdays.days
            and pmod(dayofweek(dates.local_date) + 5, 7) = weekdays.day_no
    where
        weekdays.day_no is not null
        or (bands.is_holiday_band and holidays.local_date is not null)

)

select * from final
