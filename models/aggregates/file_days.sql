select
    feed,
    to_date(received_at) as received_date,
    status,
    count(*) as file_count,
    -- bounded: counts
    coalesce(sum(records), 0) as record_count,
    -- bounded: counts
    coalesce(sum(rejected_records), 0) as rejected_count,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from {{ source('raw', 'source_files') }}
where run_id > {{ last_run_id() }}
group by feed, to_date(received_at), status
