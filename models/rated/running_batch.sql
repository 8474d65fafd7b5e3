{{ config(materialized='table') }}

-- The dirty records whose price depends on what their subscription used before them in
-- its billing cycle (rule 9, period scope).
select
    {{ parted_columns() }},
    usages.parts,
    {{ cycle_start(
        'to_date(from_utc_timestamp(usages.started_at, usages.time_zone))',
        'usages.bill_day'
    ) }} as cycle_start
from {{ ref('parted_usages') }} as usages
where usages.is_running
