{{
    config(
        materialized='replaced_rows',
        replace_keys=['file_id', 'record_no'],
        replaced_by='rated.replaced_records',
        prune_on='event_date',
        partition_by=['event_date'],
        statistics_on=['record_no'],
    )
}}

-- depends_on: {{ ref('replaced_records') }}
select
    file_id,
    record_no,
    event_id,
    service,
    disposition,
    reason,
    event_date,
    record_quantity as quantity,
    merged_into
from {{ ref('rating_batch') }}
