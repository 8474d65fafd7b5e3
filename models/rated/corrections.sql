-- depends_on: {{ ref('decided_outcomes') }}
select
    event_hash as root_hash,
    record_id,
    xxhash64(event_id) as event_hash
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }} and kind != 'original'
