-- Rule 2: pairs of events of which one is decided with the other: a correction, by its own
-- name, and the event that it is about.
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
