-- Rule 6: the bands from each UTC hour on, by calendar and time zone, as UTC intervals,
-- so that daylight saving is settled here and only here: an instant has the band of its
-- wall-clock time. Where no band is, the band is ''.
with

pieces as (

    select
        quarters.calendar_id,
        quarters.time_zone,
        days.band,
        -- bounded: moments before 2200 in 10^-6 seconds
        quarters.quarter_micros + cast(1000000 as bigint) * (
            greatest(days.from_second, quarters.from_second) - quarters.from_second
        ) as from_micros,
        -- bounded: moments before 2200 in 10^-6 seconds
        quarters.quarter_micros + cast(1000000 as bigint) * (
            least(days.to_second, quarters.from_second + 900) - quarters.from_second
        ) as to_micros
    from {{ ref('local_quarters') }} as quarters
    inner join {{ ref('band_days') }} as days
        on
            quarters.calendar_id = days.calendar_id
            and quarters.local_date = days.local_date
            and quarters.from_second + 900 > days.from_second
            and quarters.from_second < days.to_second

),

with_before as (

    select
        *,
        lag(band) over in_time as band_before,
        lag(to_micros) over in_time as to_before
    from pieces
    window in_time as (partition by calendar_id, time_zone order by from_micros)

),

with_interval_no as (

    select
        *,
        count_if(not (band <=> band_before) or not (from_micros <=> to_before)) over (
            partition by calendar_id, time_zone order by from_micros
        ) as interval_no
    from with_before

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
        hours.calendar_id,
        hours.time_zone,
        hours.hour_start,
        intervals.band,
        intervals.from_micros,
        intervals.to_micros
    from {{ ref('used_hours') }} as hours
    inner join intervals
        on
            hours.calendar_id = intervals.calendar_id
            and hours.time_zone = intervals.time_zone
            and intervals.to_micros > unix_micros(hours.hour_start)
            -- bounded: moments before 2200 in 10^-6 seconds
            and intervals.from_micros <= greatest(
                hours.last_micros, unix_micros(hours.hour_start) + 3600000000
            )

)

select * from final
