{{ config(materialized='table') }}

-- The touched events with all that are bound to them by a correction, through at most
-- one other correction.
select event_id from {{ ref('touched_events') }}
union
select bound.event_id
from {{ ref('touched_events') }} as touched
inner join {{ events_bound_by_corrections() }} as bound
    on touched.event_id = bound.bound_to
