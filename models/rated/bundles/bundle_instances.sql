{{ config(materialized='table') }}

-- Rule 8: what the accounts of the last run's batch have of each bundle, and how much
-- of it was left before the batch. Passes go by rank, and within a rank as instances
-- expire; one event never meets two of one pass.
with

spans as (

    select
        instance_id,
        account_id,
        subscription_id,
        rank_no,
        expires_at,
        min(usable_from) as span_from,
        max(usable_to) as span_to
    from {{ ref('bundle_grants') }}
    group by instance_id, account_id, subscription_id, rank_no, expires_at

),

with_gap as (

    select
        *,
        coalesce(span_from >= max(span_to) over (
            partition by account_id, subscription_id, rank_no
            order by span_from, instance_id
            rows between unbounded preceding and 1 preceding
        ), false) as is_apart
    from spans

),

with_island as (

    select
        *,
        count_if(is_apart) over (
            partition by account_id, subscription_id, rank_no
            order by span_from, instance_id
        ) as island_no
    from with_gap

),

numbered as (

    select
        *,
        row_number() over (
            partition by account_id, subscription_id, rank_no, island_no
            order by expires_at, instance_id
        ) as number_in_rank
    from with_island

),

passes as (

    select
        instance_id,
        dense_rank() over (
            partition by account_id
            order by rank_no, number_in_rank
        ) as pass_no
    from numbered

)

select
    offered.instance_id,
    offered.bundle_id,
    offered.terms_no,
    offered.account_id,
    offered.subscription_id,
    offered.cycle_start,
    offered.usable_cycle,
    offered.rank_no,
    passes.pass_no,
    offered.capacity,
    offered.capacity - coalesce(used.units, 0) as capacity_left,
    offered.usable_from,
    offered.usable_to,
    offered.expires_at
from {{ ref('bundle_grants') }} as offered
inner join passes on offered.instance_id = passes.instance_id
left join {{ ref('bundle_uses_before') }} as used
    on offered.instance_id = used.instance_id
