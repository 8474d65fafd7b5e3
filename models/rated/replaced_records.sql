{{ config(materialized='view') }}

-- The records of the last run's batch that had a result before: those rows give way to
-- the new ones.
select
    file_id,
    record_no,
    event_date
from {{ ref('rating_batch') }}
where not is_new
