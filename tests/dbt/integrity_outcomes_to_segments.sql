-- A row: a rated event that is not made of its fee and segments, in units or in money, or
-- a bundle that gives more than it has.
with

-- also of events whose amount is out of range, and too large for a charge
stored_segments as (

    select
        record_id,
        count_if(bundle_id is null) as step_count,
        sum(units) as units,
        sum(if(bundle_id is null, units, 0L)) as step_units,
        sum(if(bundle_id is null, 0L, billed_units)) as taken_units,
        sum(amount) as amount
    from {{ ref('long_segments') }}
    group by record_id

),

-- a segment that is alone stands in the outcome itself
rated as (

    select
        *,
        cast(if(quantity < 0, -1, 1) as decimal(1, 0)) as sign,
        not has_stored_segments and segment_count = 1 and bundle_id is null
            as is_one_step,
        not has_stored_segments and segment_count = 1 and bundle_id is not null
            as is_one_bundle
    from {{ ref('decided_outcomes') }}
    where disposition = 'rated'

),

with_segments as (

    select
        rated.record_id,
        rated.event_id,
        rated.tariff_id,
        abs(rated.quantity) as quantity,
        abs(rated.bundle_units) as bundle_units,
        abs(rated.billable_units) as billable_units,
        abs(rated.connection_fee) as fee,
        abs(rated.charge_amount) as charge,
        coalesce(stored.step_count, if(rated.is_one_step, 1, 0)) as step_count,
        coalesce({{ unscaled_units('stored.units') }}, case
            when rated.is_one_step then abs(rated.billable_units)
            when rated.is_one_bundle then abs(rated.quantity)
        end, 0) as units,
        coalesce(
            {{ unscaled_units('stored.step_units') }},
            if(rated.is_one_step, abs(rated.billable_units), 0)
        ) as step_units,
        coalesce(
            {{ unscaled_units('stored.taken_units') }},
            if(rated.is_one_bundle, abs(rated.billed_units), 0)
        ) as taken_units,
        coalesce(
            {{ unscaled_money('stored.amount') }},
            if(rated.is_one_step, rated.sign * rated.segment_amount, 0)
        ) as amount
    from rated
    left join stored_segments as stored
        on rated.record_id = stored.record_id and rated.has_stored_segments

),

free_beyond as (

    select distinct record_id
    from {{ ref('left_parts') }}
    where beyond_last_step = 'free'

),

-- what a charge may be instead of its sum
limits as (

    select
        tariff_id,
        {{ unscaled_money('min_charge') }} as charge
    from {{ ref('tariff_terms') }}
    union
    select
        tariff_id,
        {{ unscaled_money('max_charge') }} as charge
    from {{ ref('tariff_terms') }}

),

-- a refund meets what an event would and takes nothing
taken as (

    select
        instance_id,
        sum(cast(taken_units as decimal(28, 0))) as units
    from {{ ref('bundle_covers') }}
    where not is_refund
    group by instance_id

)

select
    'a bundle gives what it has' as invariant,
    concat('bundle ', instances.instance_id) as of_what,
    concat_ws(
        ' ', instances.capacity, 'in all,', instances.capacity_left, 'left before,',
        taken.units, 'taken, in 10^-6 of a unit'
    ) as figures
from {{ ref('bundle_instances') }} as instances
inner join taken on instances.instance_id = taken.instance_id
where
    taken.units > instances.capacity_left
    or instances.capacity_left > instances.capacity
union all
select
    if(
        events.step_units = events.billable_units
        and events.taken_units = events.bundle_units
        and events.units <= events.quantity
        and (events.units = events.quantity or free_beyond.record_id is not null),
        'fee and segments make the charge',
        'each unit is covered, charged or free'
    ) as invariant,
    concat('event ', events.event_id) as of_what,
    concat_ws(
        ' ',
        events.quantity, 'units:', events.units, 'in segments,', events.step_units, 'of',
        events.billable_units, 'charged,', events.taken_units, 'of',
        events.bundle_units, 'taken; charge', events.charge, 'of fee', events.fee,
        'and', events.amount
    ) as figures
from with_segments as events
left join free_beyond on events.record_id = free_beyond.record_id
left join limits
    on events.tariff_id = limits.tariff_id and events.charge = limits.charge
where
    events.charge is null
    or events.step_units != events.billable_units
    or events.taken_units != events.bundle_units
    or events.units > events.quantity
    or (events.units < events.quantity and free_beyond.record_id is null)
    or (
        -- bounded: below 10^17 each, and this has 28 digits
        events.fee + events.amount != events.charge
        and limits.charge is null
        and not (events.step_count = 0 and abs(events.fee - events.charge) < 1)
    )
