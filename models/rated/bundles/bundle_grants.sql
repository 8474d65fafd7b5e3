{{ config(materialized='ephemeral') }}

-- Rule 8: what the accounts of the last run's batch have of each bundle, by the cycle
-- in which it may be used (an add-on: in any).
with

members as (

    select
        account_id,
        cycle_start,
        count(distinct subscription_id) as member_count
    from {{ ref('plan_cycles') }}
    group by account_id, cycle_start

),

instances as (

    select
        concat_ws(
            '/', bundle_id, coalesce(subscription_id, account_id), cycle_start
        ) as instance_id,
        bundle_id,
        terms_no,
        account_id,
        subscription_id,
        cycle_start,
        usable_cycle,
        cast(1 as decimal(24, 6)) as quantity,
        usable_from,
        usable_to,
        expires_at
    from {{ ref('included_bundles') }}
    union all
    select
        concat_ws('/', bundle_id, action_id) as instance_id,
        bundle_id,
        terms_no,
        account_id,
        subscription_id,
        cycle_start,
        null as usable_cycle,
        quantity,
        usable_from,
        least(expires_at, removed_at) as usable_to,
        expires_at
    from {{ ref('add_ons') }}

)

select /*+ broadcast(terms) */
    instances.*,
    terms.rank_no,
    cast(floor(
        terms.units * instances.quantity
        * if(terms.scope = 'pooled', coalesce(members.member_count, 0), 1)
    ) as decimal(38, 0)) as capacity
from instances
inner join {{ ref('bundle_terms') }} as terms
    on instances.terms_no = terms.terms_no
left join members
    on
        instances.account_id = members.account_id
        and instances.cycle_start = members.cycle_start
