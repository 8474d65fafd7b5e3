-- Rule 8, one pass: each event meets at most one bundle. In event order it takes what it
-- needs, in blocks, of what is left: the overlap of the demand so far with the capacity.
-- A refund meets what an event would, and takes nothing. Units in 10^-6, by parts (`low`).
with

covered_before as (

    select
        record_id,
        low,
        -- bounded: parts of one event, below 10^18 together
        sum(units) as units
    from {{ this }}
    group by record_id, low

),

needed as (

    select
        met.*,
        met.units - coalesce(covered_before.units, 0L) as part_units
    from {{ ref('bundle_candidates') }} as met
    left join covered_before
        on met.record_id = covered_before.record_id and met.low = covered_before.low
    where met.pass_no = {{ pass_no() }}

),

demands as (

    select
        record_id,
        instance_id,
        started_at,
        event_id,
        is_refund,
        min(capacity_left) as capacity_left,
        -- bounded: parts of one event, below 10^18 together
        sum(part_units) as units,
        -- bounded: parts of one event, below 10^18 together
        {{ rounded_up('sum(part_units)', 'min(block)') }} as demand
    from needed
    group by record_id, instance_id, started_at, event_id, is_refund

),

with_demand_before as (

    select
        *,
        -- bounded: demands below 2 * 10^18 each, and this has 38 digits
        sum(if(is_refund, cast(0 as decimal(28, 0)), cast(demand as decimal(28, 0)))) over (
            partition by instance_id
            order by started_at, event_id
            rows between unbounded preceding and 1 preceding
        ) as demand_before
    from demands

),

taken as (

    select
        record_id,
        units,
        cast(least(
            cast(demand as decimal(38, 0)),
            greatest(
                cast(capacity_left as decimal(38, 0)) - coalesce(demand_before, 0), 0
            )
        ) as bigint) as taken_units
    from with_demand_before

),

with_place as (

    select
        needed.*,
        taken.taken_units,
        -- what the bundle covers of the event, its first units in these bands
        least(taken.units, taken.taken_units) as covered_units,
        -- bounded: parts of one event, below 10^18 together
        coalesce(sum(needed.part_units) over (
            partition by needed.record_id
            order by needed.low
            rows between unbounded preceding and 1 preceding
        ), 0L) as units_before
    from needed
    inner join taken on needed.record_id = taken.record_id
    where taken.taken_units > 0

),

covered as (

    select
        *,
        greatest(least(part_units, covered_units - units_before), 0L) as covered_of_part
    from with_place

)

select
    record_id,
    low,
    pass_no,
    instance_id,
    bundle_id,
    band,
    waives_fee,
    is_refund,
    event_date,
    covered_of_part as units,
    -- the last part covered also takes what is left over of the block; bounded: 2 * 10^18
    covered_of_part + if(
        units_before + covered_of_part = covered_units, taken_units - covered_units, 0L
    ) as taken_units
from covered
where covered_of_part > 0
