select
    record_id,
    event_id,
    service,
    disposition,
    reason,
    merged_into,
    record_quantity as quantity,
    started_at,
    event_date
from {{ ref('usage_outcomes') }}
