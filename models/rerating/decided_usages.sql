-- The usage records that a run decides: those that are new, and the earlier ones that
-- it decides anew.
select
    *,
    true as is_new
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }}
union all
select
    *,
    false as is_new
from {{ ref('stg_usages') }}
where
    run_id <= {{ last_run_id() }}
    and {{ is_among('record_id', ref('decided_before'), 'record_id') }}
