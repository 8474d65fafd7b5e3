-- depends_on: {{ ref('decided_outcomes') }}
select
    session_hash,
    event_hash,
    record_id
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }} and session_hash is not null
