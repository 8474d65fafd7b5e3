-- Rules 4, 5 and 7: each event that has an owner with where it went, and the choice of
-- tariffs that it has there.
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

)

select
    events.record_id,
    events.event_id,
    events.event_hash,
    events.account_id,
    events.subscription_id,
    events.plan_id,
    events.service,
    events.tariff_service,
    events.direction,
    places.roaming_zone,
    places.own_zone,
    places.own_prefix,
    places.standby_zone,
    places.standby_prefix,
    places.choice_no,
    events.currency,
    events.calendar_id,
    events.time_zone,
    events.minor_digits,
    events.quantity,
    events.record_quantity,
    events.total,
    events.is_in_range,
    events.is_convertible,
    events.start_micros,
    events.started_at,
    events.event_date,
    events.usage_date,
    events.cycle_start,
    -- bounded: a start before 2100 and at most 31 days, in 10^-6 seconds
    events.start_micros + if(events.is_timed, greatest(events.total, 1), 1) as end_micros
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
