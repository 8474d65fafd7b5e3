{{
    config(
        materialized='incremental',
        tblproperties={'delta.dataSkippingStatsColumns': 'event_hash'},
    )
}}

-- When the records of each event started. In the order of the hash, so that a run that
-- looks for a few events reads a few pages of it, and then those days of raw.usage.
-- depends_on: {{ ref('usage_dispositions') }}
select
    xxhash64(root_event_id) as event_hash,
    file_id,
    record_no,
    started_at
from {{ ref('stg_usages') }}
{{ 'where run_id > ' ~ var('last_run_id') if is_incremental() }}
order by event_hash
