-- In the order of the hash, so that a run that looks for a few events reads a few pages.
-- depends_on: {{ ref('decided_outcomes') }}
select
    event_hash,
    record_id,
    started_at
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }}
order by event_hash
