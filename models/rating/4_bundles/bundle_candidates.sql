-- Rule 8: the bundles that each event may use, whatever is left of them. Only an event
-- that could be priced without them uses any.
with

usages as (

    select
        record_id,
        min(event_id) as event_id,
        min(account_id) as account_id,
        min(subscription_id) as subscription_id,
        min(plan_id) as plan_id,
        min(service) as service,
        min(direction) as direction,
        min(roaming_zone) as roaming_zone,
        max(if(low = 0, destination_zone, null)) as destination_zone,
        min(time_zone) as time_zone,
        bool_or(is_refund) as is_refund,
        min(started_at) as started_at,
        min(cycle_start) as cycle_start
    from {{ ref('usage_parts') }}
    group by record_id
    having bool_and(can_be_priced)

),

of_holder as (

    select
        usages.*,
        instances.instance_id,
        instances.terms_no,
        instances.usable_cycle,
        instances.pass_no,
        instances.capacity_left,
        instances.expires_at,
        false as is_shared
    from usages
    inner join {{ ref('bundle_instances') }} as instances
        on
            usages.subscription_id = instances.subscription_id
            and usages.account_id = instances.account_id
            and usages.started_at >= instances.usable_from
            and usages.started_at < instances.usable_to
    union all
    select
        usages.*,
        instances.instance_id,
        instances.terms_no,
        instances.usable_cycle,
        instances.pass_no,
        instances.capacity_left,
        instances.expires_at,
        true as is_shared
    from usages
    inner join {{ ref('bundle_instances') }} as instances
        on
            usages.account_id = instances.account_id
            and usages.started_at >= instances.usable_from
            and usages.started_at < instances.usable_to
    where instances.subscription_id is null

),

fitting as (

    select
        usages.record_id,
        usages.event_id,
        usages.instance_id,
        usages.pass_no,
        terms.bundle_id,
        terms.band,
        terms.block,
        terms.waives_fee,
        usages.capacity_left,
        usages.is_refund,
        usages.is_shared,
        usages.expires_at > {{ local_midnight(
            'add_months(usages.cycle_start, 1)', 'usages.time_zone'
        ) }} as carries_over,
        usages.started_at
    from of_holder as usages
    inner join {{ ref('bundle_terms') }} as terms
        on usages.terms_no = terms.terms_no
    where
        usages.cycle_start = coalesce(usages.usable_cycle, usages.cycle_start)
        and terms.service in ('*', usages.service)
        and terms.direction in ('*', usages.direction)
        and terms.roaming_zone in ('*', usages.roaming_zone)
        and terms.destination_zone in ('*', usages.destination_zone)
        and (
            usages.usable_cycle is null
            or usages.is_shared
            or terms.plan_id in ('*', usages.plan_id)
        )

),

with_bands as (

    select distinct
        record_id,
        band
    from {{ ref('usage_parts') }}

)

select distinct fitting.*
from fitting
inner join with_bands on fitting.record_id = with_bands.record_id
where fitting.band in ('*', with_bands.band)
