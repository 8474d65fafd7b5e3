select
    cast(date_format(event_date, 'yyyyMM') as int) as event_month,
    event_date,
    disposition,
    reason,
    service,
    record_count,
    quantity,
    as_of,
    run_id,
    record_count = 0 as is_deleted
from {{ ref('disposition_days') }}
