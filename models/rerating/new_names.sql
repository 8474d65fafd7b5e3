-- The events that new records name: the one that each belongs to, and for a correction
-- its own, which another correction may be about.
select event_hash
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }}
union all
select xxhash64(event_id) as event_hash
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }} and kind != 'original'
