{{ config(tags=['invariant']) }}

-- A row: a bundle instance whose use did not grow by what the events of the last run
-- took of it.
with

used as (

    select
        change_sign,
        explode(bundle_uses) as used
    from {{ change_feed(ref('running_usages')) }}

),

added as (

    select
        used.instance_id,
        sum(if(change_sign > 0, used.units, -used.units)) as units
    from used
    group by used.instance_id

),

summed as (

    select
        instance_id,
        sum(if(change_sign > 0, units, -units)) as units
    from {{ change_feed(ref('bundle_totals')) }}
    group by instance_id

)

select
    coalesce(added.instance_id, summed.instance_id) as instance_id,
    added.units as added_units,
    summed.units as summed_units
from added
full outer join summed on added.instance_id = summed.instance_id
where coalesce(added.units, 0) != coalesce(summed.units, 0)
