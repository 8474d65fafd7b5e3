{{ config(materialized='table') }}

-- Rule 9, period scope: how many units each running record adds to its tariff, and how
-- many the cycle had before it. A batch holds all that comes after its first record in
-- a cycle, so that what is stored, less what the batch replaces, came before it.
with

of_parts as (

    select
        file_id,
        record_no,
        event_id,
        subscription_id,
        cycle_start,
        started_at,
        quantity,
        explode(parts) as part
    from {{ ref('uncovered_usages') }}

),

-- a refund is priced where it stands, and moves nothing
counted as (

    select
        file_id,
        record_no,
        event_id,
        subscription_id,
        cycle_start,
        started_at,
        part.choice.card.tariff_id,
        {{ unscaled_units('if(quantity < 0, 0, sum(part.high - part.low))') }} as units
    from of_parts
    where part.choice.card.tier_scope = 'period'
    group by
        file_id, record_no, event_id, subscription_id, cycle_start, started_at,
        quantity, part.choice.card.tariff_id

)

select
    counted.file_id,
    counted.record_no,
    counted.tariff_id,
    counted.units,
    cast(
        coalesce(totals_before.units, 0) - counted.units + sum(counted.units) over (
            partition by
                counted.subscription_id, counted.tariff_id, counted.cycle_start
            order by counted.started_at, counted.event_id
        ) as decimal(38, 6)
    ) as units_before
from counted
left join {{ ref('period_totals_before') }} as totals_before
    on
        counted.subscription_id = totals_before.subscription_id
        and counted.tariff_id = totals_before.tariff_id
        and counted.cycle_start = totals_before.cycle_start
