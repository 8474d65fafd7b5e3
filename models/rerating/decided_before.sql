-- The earlier records that this run decides anew: those of changed events and of events
-- that follow them in a cycle, with all records of their sessions and corrections.
with

links as (

    select
        event_hash as bound_to,
        root_hash as event_hash
    from {{ source('last_run', 'corrections') }}
    union all
    select
        root_hash as bound_to,
        event_hash
    from {{ source('last_run', 'corrections') }}

),

sessions as (

    select parts.session_hash
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join {{ ref('following_events') }} as followers
        on parts.event_hash = followers.event_hash

),

followers as (

    select event_hash from {{ ref('following_events') }}
    union all
    select parts.event_hash
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join sessions on parts.session_hash = sessions.session_hash

),

events as (

    select event_hash from {{ ref('changed_events') }}
    union
    select event_hash from followers
    union
    select links.event_hash
    from followers
    inner join links on followers.event_hash = links.bound_to
    union
    select further.event_hash
    from followers
    inner join links on followers.event_hash = links.bound_to
    inner join links as further on links.event_hash = further.bound_to

)

select
    index.record_id,
    to_date(index.started_at) as event_date
from {{ source('last_run', 'event_index') }} as index
left semi join events on index.event_hash = events.event_hash
