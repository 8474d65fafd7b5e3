{{ config(tags=['invariant']) }}

-- A row: a bundle of the last run's batch that is used beyond its size, or less than
-- not at all.
select
    instances.instance_id,
    instances.capacity / 1000000 as capacity,
    totals.units as used_units
from {{ ref('bundle_instances') }} as instances
inner join {{ ref('bundle_totals') }} as totals
    on instances.instance_id = totals.instance_id
where
    totals.units < 0
    or totals.units * 1000000 > greatest(instances.capacity, 0)
