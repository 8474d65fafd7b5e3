{{ config(materialized='ephemeral') }}

-- Rule 9, period scope: where in its cycle each running record begins, by tariff.
select
    file_id,
    record_no,
    map_from_entries(collect_list(struct(
        tariff_id,
        -- no step begins as far as this, so that nothing changes beyond it
        {{ scaled_units('least(units_before, 4000000000000)') }} as units
    ))) as units_before
from {{ ref('period_units') }}
group by file_id, record_no
