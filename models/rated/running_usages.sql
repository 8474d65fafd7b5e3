-- depends_on: {{ ref('decided_before') }}
with

of_bundles as (

    select
        record_id,
        bool_or(is_shared) as is_shared,
        bool_or(carries_over) as carries_over
    from {{ ref('bundle_candidates') }}
    group by record_id

),

of_cycles as (

    select
        record_id,
        bool_or(is_volume) as has_volume
    from {{ ref('period_units') }}
    group by record_id

)

select
    usages.record_id,
    usages.event_hash,
    usages.account_id,
    usages.subscription_id,
    usages.cycle_start,
    usages.started_at,
    usages.event_date,
    coalesce(of_bundles.is_shared, false) as is_shared,
    coalesce(of_bundles.carries_over, false) as carries_over,
    coalesce(of_cycles.has_volume, false) as has_volume
from {{ ref('banded_usages') }} as usages
left join of_bundles on usages.record_id = of_bundles.record_id
left join of_cycles on usages.record_id = of_cycles.record_id
where of_bundles.record_id is not null or of_cycles.record_id is not null
