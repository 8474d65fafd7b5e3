{{
    config(
        materialized='incremental',
        tblproperties={'delta.dataSkippingStatsColumns': 'record_no'},
    )
}}

-- Every replace and cancel that ever came: few beside the usage, so that what belongs
-- to an event is found without reading the usage of all history.
select
    file_id,
    record_no,
    event_id,
    root_event_id,
    subscriber,
    service,
    if(is_partial, session_id, null) as session_id
from {{ ref('stg_usages') }}
where
    kind != 'original'
    {{ 'and run_id > ' ~ var('last_run_id') if is_incremental() }}
