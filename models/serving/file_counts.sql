select
    feed,
    received_date,
    status,
    file_count,
    record_count,
    rejected_count,
    as_of,
    run_id,
    false as is_deleted
from {{ ref('file_days') }}
