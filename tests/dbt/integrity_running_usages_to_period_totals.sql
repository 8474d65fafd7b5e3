{{ config(tags=['invariant']) }}

-- A row: a tariff and cycle whose running totals did not grow by what the events of the
-- last run added.
with

counted as (

    select
        cycle_start,
        change_sign,
        explode(period_units) as counted
    from {{ change_feed(ref('running_usages')) }}

),

added as (

    select
        cycle_start,
        counted.tariff_id,
        sum(if(change_sign > 0, counted.units, -counted.units)) as units
    from counted
    group by cycle_start, counted.tariff_id

),

summed as (

    select
        cycle_start,
        tariff_id,
        sum(if(change_sign > 0, units, -units)) as units
    from {{ change_feed(ref('period_totals')) }}
    group by cycle_start, tariff_id

)

select
    coalesce(added.tariff_id, summed.tariff_id) as tariff_id,
    coalesce(added.cycle_start, summed.cycle_start) as cycle_start,
    added.units as added_units,
    summed.units as summed_units
from added
full outer join summed
    on
        added.tariff_id = summed.tariff_id
        and added.cycle_start = summed.cycle_start
where coalesce(added.units, 0) != coalesce(summed.units, 0)
