-- Rule 8: the bundles that each part of an event may use, whatever is left of them: those
-- of its subscription, and those of its account. Only an event that could be priced
-- without them uses any.
with

usages as (

    select
        *,
        subscription_id as holder_id
    from {{ ref('usage_parts') }}
    where can_be_priced
    union all
    select
        *,
        '' as holder_id
    from {{ ref('usage_parts') }}
    where can_be_priced

),

-- by the cycles in which there is usage; an add-on may be used in any
instances as (

    select
        instances.instance_id,
        instances.account_id,
        cycles.cycle_start,
        instances.pass_no,
        instances.capacity_left,
        instances.usable_from,
        instances.usable_to,
        instances.expires_at,
        terms.bundle_id,
        terms.service,
        terms.direction,
        terms.roaming_zone,
        terms.destination_zone,
        terms.band,
        terms.block,
        terms.waives_fee,
        coalesce(instances.subscription_id, '') as holder_id,
        -- what is added, or is for a whole account, is not bound to a plan
        if(
            instances.usable_cycle is null or instances.subscription_id is null,
            '*',
            terms.plan_id
        ) as plan_id
    from {{ ref('bundle_instances') }} as instances
    inner join {{ ref('bundle_terms') }} as terms
        on instances.terms_no = terms.terms_no
    inner join {{ ref('bundled_cycles') }} as cycles
        on
            instances.account_id = cycles.account_id
            and coalesce(instances.usable_cycle, cycles.cycle_start) = cycles.cycle_start

)

select
    usages.record_id,
    usages.low,
    usages.event_id,
    usages.band,
    instances.instance_id,
    instances.pass_no,
    instances.bundle_id,
    instances.block,
    usages.high - usages.low as units,
    instances.capacity_left,
    instances.waives_fee,
    usages.is_refund,
    usages.holder_id = '' as is_shared,
    instances.expires_at > {{ local_midnight(
        'add_months(usages.cycle_start, 1)', 'usages.time_zone'
    ) }} as carries_over,
    usages.started_at,
    usages.event_date
from usages
inner join instances
    on
        usages.account_id = instances.account_id
        and usages.holder_id = instances.holder_id
        and usages.cycle_start = instances.cycle_start
        and usages.started_at >= instances.usable_from
        and usages.started_at < instances.usable_to
where
    instances.plan_id in ('*', usages.plan_id)
    and instances.service in ('*', usages.service)
    and instances.direction in ('*', usages.direction)
    and instances.roaming_zone in ('*', usages.roaming_zone)
    and instances.destination_zone in ('*', usages.destination_zone)
    and instances.band in ('*', usages.band)
