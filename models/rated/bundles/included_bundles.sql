{{ config(materialized='ephemeral') }}

-- Rule 8: the bundles that plans include, by holder and by the cycle in which they may
-- be used: each cycle grants one anew, in its first version there, and what is left of
-- it is carried on.
with

on_plan as (

    select /*+ broadcast(terms) */
        cycles.account_id,
        terms.bundle_id,
        min_by(
            struct(terms.terms_no, terms.rollover_cycles),
            struct(greatest(cycles.valid_from, terms.valid_from), terms.terms_no)
        ) as terms,
        if(terms.scope = 'own', cycles.subscription_id, null) as subscription_id,
        cycles.cycle_start,
        min(cycles.time_zone) as time_zone,
        min(greatest(cycles.valid_from, terms.valid_from)) as usable_from,
        max(least(cycles.valid_to, terms.valid_to)) as usable_to
    from {{ ref('plan_cycles') }} as cycles
    inner join {{ ref('bundle_terms') }} as terms
        on
            (cycles.plan_id = terms.plan_id or terms.plan_id = '*')
            and cycles.valid_from < terms.valid_to
            and cycles.valid_to > terms.valid_from
    group by
        cycles.account_id,
        terms.bundle_id,
        if(terms.scope = 'own', cycles.subscription_id, null),
        cycles.cycle_start

)

select
    origin.account_id,
    origin.subscription_id,
    origin.bundle_id,
    origin.terms.terms_no,
    origin.cycle_start,
    later.cycle_start as usable_cycle,
    later.usable_from,
    later.usable_to,
    {{ local_midnight(
        'add_months(origin.cycle_start, origin.terms.rollover_cycles + 1)',
        'origin.time_zone'
    ) }} as expires_at
from on_plan as origin
inner join on_plan as later
    on
        origin.account_id = later.account_id
        and origin.subscription_id <=> later.subscription_id
        and origin.bundle_id = later.bundle_id
        and origin.cycle_start <= later.cycle_start
        and day(origin.cycle_start) = day(later.cycle_start)
        and later.cycle_start
        <= add_months(origin.cycle_start, origin.terms.rollover_cycles)
