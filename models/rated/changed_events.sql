{{ config(materialized='table') }}

-- Every event whose known records a run decides anew: those that something touched, and
-- those that have a part in the same session (rule 3), before or from now on.
with

events as (

    select * from {{ ref('corrected_events') }}

),

standing_parts as (

    select * from {{ source('last_run', 'session_parts') }}

),

sessions as (

    select
        parts.subscriber,
        parts.service,
        parts.session_id
    from standing_parts as parts
    left semi join events on parts.root_event_id = events.event_id
    where {{ day_they_started(ref('corrected_events')) }}
    union
    select
        corrections.subscriber,
        corrections.service,
        corrections.session_id
    from {{ ref('corrections') }} as corrections
    left semi join events on corrections.root_event_id = events.event_id
    where corrections.session_id is not null
    union
    select
        subscriber,
        service,
        session_id
    from {{ ref('stg_usages') }}
    where run_id > {{ var('last_run_id') }} and is_partial

),

in_sessions as (

    select distinct parts.root_event_id as event_id
    from standing_parts as parts
    left semi join sessions
        on
            parts.subscriber = sessions.subscriber
            and parts.service = sessions.service
            and parts.session_id = sessions.session_id

)

select event_id from events
union
select event_id from in_sessions
union
select bound.event_id
from in_sessions
inner join {{ events_bound_by_corrections() }} as bound
    on in_sessions.event_id = bound.bound_to
