{{ config(materialized='ephemeral') }}

-- Rule 8: the bundle instances that each running record may use, whatever is left of
-- them.
with

usages as (

    select
        file_id,
        record_no,
        account_id,
        subscription_id,
        plan_id,
        service,
        direction,
        roaming_zone,
        coalesce(if(is_default, default_zone, own_zone), any_zone) as destination_zone,
        transform(parts, part -> part.band) as bands,
        time_zone,
        cycle_start,
        started_at
    from {{ ref('running_batch') }}

),

of_holder as (

    {% for holder in ['subscription_id', 'account_id'] %}
    select
        usages.*,
        instances.instance_id,
        instances.bundle_id,
        instances.terms_no,
        instances.usable_cycle,
        instances.pass_no,
        instances.capacity_left,
        instances.subscription_id is null as is_shared,
        instances.expires_at > {{ local_midnight(
            'add_months(usages.cycle_start, 1)', 'usages.time_zone'
        ) }} as carries_over
    from usages
    inner join {{ ref('bundle_instances') }} as instances
        on
            usages.{{ holder }} = instances.{{ holder }}
            {{ 'and instances.subscription_id is null' if holder == 'account_id' }}
            and usages.cycle_start
            = coalesce(instances.usable_cycle, usages.cycle_start)
            and usages.started_at >= instances.usable_from
            and usages.started_at < instances.usable_to
    {{ 'union all' if not loop.last }}
    {% endfor %}

)

select /*+ broadcast(terms) */
    candidates.file_id,
    candidates.record_no,
    bool_or(candidates.is_shared) as is_shared,
    bool_or(candidates.carries_over) as carries_over,
    collect_list(struct(
        candidates.instance_id,
        candidates.bundle_id,
        candidates.pass_no,
        terms.band,
        terms.block,
        terms.waives_fee,
        candidates.capacity_left
    )) as instances
from of_holder as candidates
inner join {{ ref('bundle_terms') }} as terms
    on
        candidates.terms_no = terms.terms_no
        and terms.service in ('*', candidates.service)
        and terms.direction in ('*', candidates.direction)
        and terms.roaming_zone in ('*', candidates.roaming_zone)
        and terms.destination_zone in ('*', candidates.destination_zone)
        and (terms.band = '*' or array_contains(candidates.bands, terms.band))
        and (
            candidates.usable_cycle is null
            or candidates.is_shared
            or terms.plan_id in ('*', candidates.plan_id)
        )
group by candidates.file_id, candidates.record_no
