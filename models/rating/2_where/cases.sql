-- Rules 5 and 7: the distinct cases of a run's events. Where each leads to and what it
-- costs is settled once, and events join it by equality.
with

-- the epochs of each day: mostly one, more where something begins or ends within it
days as (

    select distinct event_date from {{ ref('events') }}

),

epoch_days as (

    select
        days.event_date,
        epochs.epoch_no,
        epochs.valid_from,
        epochs.valid_to
    from days
    inner join {{ ref('epochs') }} as epochs
        on
            epochs.valid_from < cast(date_add(days.event_date, 1) as timestamp)
            and epochs.valid_to > cast(days.event_date as timestamp)

),

distinct_cases as (

    select
        events.plan_id,
        events.tariff_service,
        events.direction,
        events.serving_network,
        events.prefix,
        epochs.epoch_no,
        epochs.valid_from,
        epochs.valid_to
    from {{ ref('events') }} as events
    inner join epoch_days as epochs
        on
            events.event_date = epochs.event_date
            and events.started_at >= epochs.valid_from
            and events.started_at < epochs.valid_to
    where events.reason is null
    group by
        events.plan_id,
        events.tariff_service,
        events.direction,
        events.serving_network,
        events.prefix,
        epochs.epoch_no,
        epochs.valid_from,
        epochs.valid_to

)

select
    *,
    monotonically_increasing_id() as case_id
from distinct_cases
