-- Rules 2 and 3: the earlier events that a run decides anew by their names: the named
-- ones, and those bound to them by a correction, through at most one other correction.
with

named as (

    select * from {{ ref('named_events') }}

),

links as (

    select * from {{ ref('bound_events') }}

),

near as (

    select links.event_hash
    from named
    inner join links on named.event_hash = links.bound_to

)

select event_hash from named
union
select event_hash from near
union
select links.event_hash
from near
inner join links on near.event_hash = links.bound_to
