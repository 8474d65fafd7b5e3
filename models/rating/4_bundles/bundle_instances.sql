-- Rule 8: the bundles of the run's accounts with the pass in which each is used, and how
-- much of it was left before the run. Passes go by rank, and within a rank as instances
-- expire; one event never meets two of one pass.
with

spans as (

    select
        instance_id,
        account_id,
        rank_no,
        expires_at,
        coalesce(subscription_id, '') as holder_id,
        min(usable_from) as span_from,
        max(usable_to) as span_to
    from {{ ref('bundle_grants') }}
    group by
        instance_id, account_id, coalesce(subscription_id, ''), rank_no, expires_at

),

with_reach as (

    select
        *,
        max(span_to) over (
            partition by account_id, holder_id, rank_no
            order by span_from, instance_id
            rows between unbounded preceding and 1 preceding
        ) as reached
    from spans

),

with_island as (

    select
        *,
        count_if(coalesce(span_from >= reached, false)) over (
            partition by account_id, holder_id, rank_no
            order by span_from, instance_id
            rows between unbounded preceding and current row
        ) as island_no
    from with_reach

),

numbered as (

    select
        *,
        {{ row_no() }} over (
            partition by account_id, holder_id, rank_no, island_no
            order by expires_at, instance_id
        ) as number_in_rank
    from with_island

),

passes as (

    select
        instance_id,
        dense_rank() over (
            partition by account_id order by rank_no, number_in_rank
        ) as pass_no
    from numbered

),

-- what stands of earlier runs; what this run decides anew gives its units back
used as (

    select
        uses.instance_id,
        -- bounded: uses are below 10^18 each, and this has 38 digits
        sum(cast(uses.units as decimal(28, 0))) as units
    from {{ source('last_run', 'bundle_uses') }} as uses
    left anti join {{ ref('decided_before') }} as decided
        on uses.record_id = decided.record_id
    left semi join passes on uses.instance_id = passes.instance_id
    group by uses.instance_id

)

select
    offered.instance_id,
    offered.bundle_id,
    offered.terms_no,
    offered.account_id,
    offered.subscription_id,
    offered.usable_cycle,
    passes.pass_no,
    offered.capacity,
    offered.usable_from,
    offered.usable_to,
    offered.expires_at,
    offered.capacity - coalesce(used.units, 0) as capacity_left
from {{ ref('bundle_grants') }} as offered
inner join passes on offered.instance_id = passes.instance_id
left join used on offered.instance_id = used.instance_id
