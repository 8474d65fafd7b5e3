{{ config(materialized='ephemeral') }}

-- Rule 8: what of each bundle was used before a run's batch: the last totals, less the
-- records that the run decides anew.
{% if had_before('rated.running_usages') %}
with

replaced as (

    select explode(running_usages.bundle_uses) as used
    from {{ source('last_run', 'running_usages') }} as running_usages
    left semi join {{ ref('events_to_rate_again') }} as events
        on running_usages.event_id = events.event_id

),

standing as (

    select
        instance_id,
        units
    from {{ source('last_run', 'bundle_totals') }}
    union all
    select
        used.instance_id,
        -used.units as units
    from replaced

)

select
    instance_id,
    cast(sum(units) * 1000000 as decimal(38, 0)) as units
from standing
group by instance_id
{% else %}
select
    cast(null as string) as instance_id,
    cast(null as decimal(38, 0)) as units
where false
{% endif %}
