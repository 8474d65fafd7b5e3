-- depends_on: {{ ref('decided_outcomes') }}
select
    xxhash64(event_id) as event_hash,
    event_hash as root_hash,
    record_id
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }} and kind != 'original'
