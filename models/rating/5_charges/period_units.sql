-- Rule 9, period scope: how many units each event adds to its tariff's cycle, how many
-- the cycle had before it, and how many it has in all, as now known. A run decides all
-- that comes after its first event in a cycle, so that what stands came before it. A
-- refund is priced where the cycle stands, and moves nothing.
with

counted as (

    select distinct
        record_id,
        event_id,
        subscription_id,
        tariff_id,
        cycle_start,
        started_at,
        is_volume,
        tariff_units,
        if(is_refund, 0L, tariff_units) as units
    from {{ ref('left_parts') }}
    where is_period and is_running and tariff_units > 0

),

standing as (

    select
        uses.subscription_id,
        uses.tariff_id,
        uses.cycle_start,
        -- bounded: uses are below 10^18 each, and this has 38 digits
        sum(cast(uses.units as decimal(28, 0))) as units
    from {{ source('last_run', 'period_uses') }} as uses
    left anti join {{ ref('decided_before') }} as decided
        on uses.record_id = decided.record_id
    group by uses.subscription_id, uses.tariff_id, uses.cycle_start

),

with_totals as (

    select
        counted.*,
        coalesce(standing.units, 0) as standing_units,
        -- bounded: below 10^18 each, and this has 38 digits
        coalesce(sum(cast(counted.units as decimal(28, 0))) over (
            partition by
                counted.subscription_id, counted.tariff_id, counted.cycle_start
            order by counted.started_at, counted.event_id
            rows between unbounded preceding and 1 preceding
        ), 0) as batch_before,
        -- bounded: below 10^18 each, and this has 38 digits
        sum(cast(counted.units as decimal(28, 0))) over (
            partition by
                counted.subscription_id, counted.tariff_id, counted.cycle_start
        ) as batch_units
    from counted
    left join standing
        on
            counted.subscription_id = standing.subscription_id
            and counted.tariff_id = standing.tariff_id
            and counted.cycle_start = standing.cycle_start

)

select
    record_id,
    subscription_id,
    tariff_id,
    cycle_start,
    is_volume,
    units,
    -- no step begins or ends beyond 10^18, so that nothing changes from there on
    -- bounded: sums of units below 10^18, and these have 38 digits
    cast(least(standing_units + batch_before, 4000000000000000000) as bigint)
        as units_before,
    cast(least(
        -- bounded: sums of units below 10^18, and these have 38 digits
        if(standing_units + batch_units > 0, standing_units + batch_units, tariff_units),
        4000000000000000000
    ) as bigint) as cycle_units
from with_totals
