{{ config(materialized='ephemeral') }}

-- Rule 9, period scope: the units that stand before a run's batch: the last totals,
-- less the records that the run decides anew.
{% if had_before('rated.running_usages') %}
with

batch_cycles as (

    select distinct
        subscription_id,
        cycle_start
    from {{ ref('running_batch') }}

),

replaced as (

    select
        running_usages.subscription_id,
        running_usages.cycle_start,
        explode(running_usages.period_units) as counted
    from {{ source('last_run', 'running_usages') }} as running_usages
    left semi join {{ ref('events_to_rate_again') }} as events
        on running_usages.event_id = events.event_id

),

standing as (

    select
        subscription_id,
        tariff_id,
        cycle_start,
        units
    from {{ source('last_run', 'period_totals') }}
    union all
    select
        subscription_id,
        counted.tariff_id,
        cycle_start,
        -counted.units as units
    from replaced

)

select
    standing.subscription_id,
    standing.tariff_id,
    standing.cycle_start,
    cast(sum(standing.units) as decimal(38, 6)) as units
from standing
left semi join batch_cycles
    on
        standing.subscription_id = batch_cycles.subscription_id
        and standing.cycle_start = batch_cycles.cycle_start
group by standing.subscription_id, standing.tariff_id, standing.cycle_start
{% else %}
select
    cast(null as string) as subscription_id,
    cast(null as string) as tariff_id,
    cast(null as date) as cycle_start,
    cast(null as decimal(38, 6)) as units
where false
{% endif %}
