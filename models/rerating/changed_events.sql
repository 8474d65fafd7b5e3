-- Rules 2 and 3: the earlier events that a run decides anew because something touched
-- them: the named ones, those bound to them by a correction, those with a part in one of
-- their sessions, and those bound to these.
with

touched as (

    select * from {{ ref('touched_events') }}

),

links as (

    select * from {{ ref('bound_events') }}

),

sessions as (

    select parts.session_hash
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join touched on parts.event_hash = touched.event_hash
    union
    select session_hash
    from {{ ref('stg_usages') }}
    where run_id > {{ last_run_id() }} and session_hash is not null

),

in_sessions as (

    select parts.event_hash
    from {{ source('last_run', 'session_parts') }} as parts
    left semi join sessions on parts.session_hash = sessions.session_hash

),

near as (

    select links.event_hash
    from in_sessions
    inner join links on in_sessions.event_hash = links.bound_to

)

select event_hash from touched
union
select event_hash from in_sessions
union
select event_hash from near
union
select links.event_hash
from near
inner join links on near.event_hash = links.bound_to
