-- depends_on: {{ ref('sums_before') }}
select
    event_date,
    disposition,
    coalesce(reason, '') as reason,
    service,
    -- bounded: counts
    sum(cast(change_sign as bigint)) as record_count,
    -- bounded: below 10^18 each, and this has 38 digits
    cast(sum(change_sign * record_quantity) as decimal(38, 6)) as quantity,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('outcome_changes') }}
group by event_date, disposition, coalesce(reason, ''), service
