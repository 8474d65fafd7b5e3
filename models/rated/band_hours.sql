{{ config(materialized='table') }}

-- Rule 6: the bands from each UTC hour on, by calendar and time zone, as UTC intervals,
-- so that daylight saving is settled here and only here: an instant has the band of its
-- wall-clock time.
with

hours as (

    select * from {{ ref('dirty_hours') }}

),

pieces as (

    select
        quarters.calendar_id,
        quarters.time_zone,
        band_day.band,
        quarters.quarter_micros + 1000000L * (
            greatest(band_day.from_second, quarters.from_second) - quarters.from_second
        ) as from_micros,
        quarters.quarter_micros + 1000000L * (
            least(band_day.to_second, quarters.from_second + 900) - quarters.from_second
        ) as to_micros
    from {{ ref('local_quarters') }} as quarters
    inner join {{ ref('band_days') }} as band_day
        on
            quarters.calendar_id = band_day.calendar_id
            and quarters.local_date = band_day.local_date
            and quarters.from_second + 900 > band_day.from_second
            and quarters.from_second < band_day.to_second

),

with_change as (

    select
        *,
        not band <=> lag(band) over in_time
        or not from_micros <=> lag(to_micros) over in_time as is_change
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
            unix_micros(hours.hour_start) < intervals.to_micros
            and greatest(
                unix_micros(hours.last_instant),
                unix_micros(hours.hour_start) + 3600000000
            ) >= intervals.from_micros
    group by intervals.calendar_id, intervals.time_zone, hours.hour_start

)

select * from final
