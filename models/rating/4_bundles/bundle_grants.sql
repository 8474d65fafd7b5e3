-- Rule 8: what the accounts of the run have of each bundle, by the cycle in which it may
-- be used (an add-on: in any). Capacity is in 10^-6 of a unit, rounded half up once.
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
        cast(null as date) as usable_cycle,
        quantity,
        usable_from,
        least(expires_at, removed_at) as usable_to,
        expires_at
    from {{ ref('add_ons') }}

),

with_shares as (

    select
        instances.*,
        terms.rank_no,
        cast(
            if(terms.scope = 'pooled', coalesce(members.member_count, 0), 1) as bigint
        ) as shares,
        -- bounded: units below 10^18 (scaled), a quantity below 10^12: 36 digits
        cast(terms.units as decimal(18, 0)) * cast(instances.quantity as decimal(18, 6))
            as share
    from instances
    inner join {{ ref('bundle_terms') }} as terms
        on instances.terms_no = terms.terms_no
    left join members
        on
            instances.account_id = members.account_id
            and instances.cycle_start = members.cycle_start

),

with_whole_share as (

    select
        *,
        cast(floor(share) as decimal(31, 0)) as whole_share
    from with_shares

)

select
    instance_id,
    bundle_id,
    terms_no,
    account_id,
    subscription_id,
    cycle_start,
    usable_cycle,
    rank_no,
    usable_from,
    usable_to,
    expires_at,
    -- bounded: a share of 31 digits and fewer than 10^6 members
    cast(whole_share * cast(shares as decimal(6, 0)) as decimal(38, 0)) + cast(floor(
        cast(share - whole_share as decimal(7, 6)) * cast(shares as decimal(6, 0)) + 0.5
    ) as decimal(38, 0)) as capacity
from with_whole_share
