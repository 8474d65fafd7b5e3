-- Rules 6 and 7: the events that meet several bands, by each of them, with its tariff. `low`
-- and `high` are the units from an event's start at which the band begins and ends.
with

events as (

    select
        record_id,
        calendar_id,
        time_zone,
        choice_no,
        total,
        started_at,
        unix_micros(started_at) as start_micros
    from {{ ref('banded_usages') }}
    where not is_in_one_band

)

select
    events.record_id,
    hours.band,
    choices.terms_no,
    events.total,
    coalesce(choices.is_ambiguous, false) as is_ambiguous,
    -- bounded: moments before 2200 in 10^-6 seconds
    greatest(hours.from_micros - events.start_micros, 0L) as low,
    -- bounded: moments before 2200 in 10^-6 seconds
    least(hours.to_micros - events.start_micros, events.total) as high
from events
inner join {{ ref('band_hours') }} as hours
    on
        events.calendar_id = hours.calendar_id
        and events.time_zone = hours.time_zone
        and date_trunc('hour', events.started_at) = hours.hour_start
        and events.start_micros < hours.to_micros
        -- bounded: a start before 2100 and at most 31 days, in 10^-6 seconds
        and events.start_micros + events.total > hours.from_micros
left join {{ ref('choice_bands') }} as choices
    on events.choice_no = choices.choice_no and hours.band = choices.band
