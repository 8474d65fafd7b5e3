-- Rules 2 and 3: the earlier events that a run decides anew because something touched
-- them: the named ones, those bound to them by a correction (through at most one other
-- correction), those with a part in one of their sessions, and those bound to these.
with

named as (

    select * from {{ ref('named_events') }}

),

-- pairs of events of which one is decided with the other
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
    union all
    select
        event_hash as bound_to,
        event_hash
    from {{ source('last_run', 'corrections') }}
    union all
    select
        root_hash as bound_to,
        root_hash as event_hash
    from {{ source('last_run', 'corrections') }}
    union all
    select
        xxhash64(event_id) as bound_to,
        event_hash
    from {{ ref('stg_usages') }}
    where run_id > {{ last_run_id() }} and kind != 'original'

),

touched as (

    select event_hash from named
    union
    select links.event_hash
    from named
    inner join links on named.event_hash = links.bound_to
    union
    select further.event_hash
    from named
    inner join links on named.event_hash = links.bound_to
    inner join links as further on links.event_hash = further.bound_to

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

)

select event_hash from touched
union
select event_hash from in_sessions
union
select links.event_hash
from in_sessions
inner join links on in_sessions.event_hash = links.bound_to
union
select further.event_hash
from in_sessions
inner join links on in_sessions.event_hash = links.bound_to
inner join links as further on links.event_hash = further.bound_to
