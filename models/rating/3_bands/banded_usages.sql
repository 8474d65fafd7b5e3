-- Rules 5 to 7: each event with where it went, the time band that it starts in and the
-- tariff there.
with

places as (

    select
        places.*,
        choices.choice_no
    from {{ ref('case_places') }} as places
    inner join {{ ref('choices') }} as choices
        on
            places.of_plan_id = choices.of_plan_id
            and places.tariff_service = choices.tariff_service
            and places.direction = choices.direction
            and places.epoch_no = choices.epoch_no
            and coalesce(places.roaming_zone, '') = choices.roaming_zone
            and coalesce(places.own_zone, '') = choices.own_zone
            and coalesce(places.standby_zone, '') = choices.standby_zone

),

placed as (

    select
        events.*,
        places.roaming_zone,
        places.own_zone,
        places.own_prefix,
        places.standby_zone,
        places.standby_prefix,
        places.choice_no,
        -- bounded: a start before 2100 and at most 31 days, in 10^-6 seconds
        events.start_micros + if(events.is_timed, greatest(events.total, 1), 1)
            as end_micros
    from {{ ref('events') }} as events
    -- every event has its case: an inner join would look small to the engine, which then
    -- gathers all of it for the joins below
    left join places
        on
            coalesce(events.plan_id, '') = places.of_plan_id
            and events.tariff_service = places.tariff_service
            and events.direction = places.direction
            and events.serving_network = places.serving_network
            and events.prefix = places.prefix
            and events.started_at >= places.valid_from
            and events.started_at < places.valid_to
    where events.reason is null

),

-- by number: to cut each start down to its hour costs as much as the join
hours as (

    select
        *,
        unix_micros(hour_start) div 3600000000 as hour_no
    from {{ ref('band_hours') }}

),

banded as (

    select
        placed.*,
        coalesce(hours.band, '') as band,
        placed.end_micros <= coalesce(hours.to_micros, {{ no_end() }}) as is_in_one_band
    from placed
    left join hours
        on
            placed.calendar_id = hours.calendar_id
            and placed.time_zone = hours.time_zone
            and placed.start_micros div 3600000000 = hours.hour_no
            and placed.start_micros >= hours.from_micros
            and placed.start_micros < hours.to_micros

),

with_tariff as (

    select
        banded.*,
        choices.level,
        choices.terms_no,
        coalesce(choices.is_ambiguous, false) as is_ambiguous
    from banded
    left join {{ ref('choice_bands') }} as choices
        on banded.choice_no = choices.choice_no and banded.band = choices.band

)

select
    record_id,
    event_id,
    event_hash,
    account_id,
    subscription_id,
    plan_id,
    service,
    tariff_service,
    direction,
    roaming_zone,
    band,
    currency,
    calendar_id,
    time_zone,
    choice_no,
    minor_digits,
    quantity,
    record_quantity,
    total,
    terms_no,
    is_ambiguous,
    is_in_range,
    is_convertible,
    is_in_one_band,
    started_at,
    event_date,
    usage_date,
    cycle_start,
    if(level = 2, standby_zone, own_zone) as destination_zone,
    if(level = 2, standby_prefix, own_prefix) as destination_prefix
from with_tariff
