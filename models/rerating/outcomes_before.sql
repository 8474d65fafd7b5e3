-- What the records that a run decides anew came to before.
select outcomes.*
from {{ source('last_run', 'usage_outcomes') }} as outcomes
left semi join {{ ref('decided_before') }} as decided
    on
        outcomes.record_id = decided.record_id
        and outcomes.event_date = decided.event_date
where {{ is_among('outcomes.record_id', ref('decided_before'), 'record_id') }}
