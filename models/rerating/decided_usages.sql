-- The usage records that a run decides: those that are new, and the earlier ones that
-- it decides anew.
select
    record_id,
    event_id,
    target_event_id,
    root_event_id,
    service,
    direction,
    kind,
    subscriber,
    counterparty,
    counterparty_prefix,
    serving_network,
    session_id,
    partial_no,
    file_id,
    record_no,
    event_hash,
    session_hash,
    run_id,
    quantity,
    is_partial,
    started_at,
    event_date,
    known_at,
    true as is_new
from {{ ref('stg_usages') }}
where run_id > {{ last_run_id() }}
union all
select
    record_id,
    event_id,
    target_event_id,
    root_event_id,
    service,
    direction,
    kind,
    subscriber,
    counterparty,
    counterparty_prefix,
    serving_network,
    session_id,
    partial_no,
    file_id,
    record_no,
    event_hash,
    session_hash,
    run_id,
    quantity,
    is_partial,
    started_at,
    event_date,
    known_at,
    false as is_new
from {{ ref('stg_usages') }}
where
    run_id <= {{ last_run_id() }}
    and {{ is_among('record_id', ref('decided_before'), 'record_id') }}
