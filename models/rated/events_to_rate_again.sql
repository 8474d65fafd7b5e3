{{ config(materialized='table') }}

-- Every event whose known records a run decides anew: the changed ones and those that
-- follow them in a billing cycle, with all records of their sessions.
{% if var('rates_in_order') and had_before('rated.running_usages') %}
with

sessions as (

    select
        parts.subscriber,
        parts.service,
        parts.session_id
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join {{ ref('following_events') }} as followers
        on
            parts.file_id = followers.file_id
            and parts.record_no = followers.record_no

),

events as (

    select event_id from {{ ref('following_events') }}
    union
    select parts.root_event_id as event_id
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join sessions
        on
            parts.subscriber = sessions.subscriber
            and parts.service = sessions.service
            and parts.session_id = sessions.session_id

)

select event_id from {{ ref('changed_events') }}
union
select event_id from events
union
select bound.event_id
from events
inner join {{ events_bound_by_corrections() }} as bound
    on events.event_id = bound.bound_to
{% else %}
select event_id from {{ ref('changed_events') }}
{% endif %}
