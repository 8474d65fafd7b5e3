-- Rule 8: the bundles that plans include, by holder and by the cycle in which they may
-- be used: each cycle grants one anew, in its first version there, and what is left of
-- it is carried on.
with

on_plan as (

    select
        cycles.account_id,
        terms.bundle_id,
        terms.terms_no,
        terms.rollover_cycles,
        cycles.cycle_start,
        cycles.time_zone,
        if(terms.scope = 'own', cycles.subscription_id, '') as holder_id,
        greatest(cycles.valid_from, terms.valid_from) as usable_from,
        least(cycles.valid_to, terms.valid_to) as usable_to
    from {{ ref('plan_cycles') }} as cycles
    inner join {{ ref('bundle_terms') }} as terms
        on
            terms.plan_id in ('*', cycles.plan_id)
            and cycles.valid_from < terms.valid_to
            and cycles.valid_to > terms.valid_from

),

with_place as (

    select
        *,
        {{ row_no() }} over (
            partition by account_id, bundle_id, holder_id, cycle_start
            order by usable_from, terms_no
        ) as place
    from on_plan

),

grants as (

    select
        account_id,
        bundle_id,
        holder_id,
        cycle_start,
        max(if(place = 1, terms_no, null)) as terms_no,
        max(if(place = 1, rollover_cycles, null)) as rollover_cycles,
        min(time_zone) as time_zone,
        min(usable_from) as usable_from,
        max(usable_to) as usable_to
    from with_place
    group by account_id, bundle_id, holder_id, cycle_start

)

select
    origin.account_id,
    origin.bundle_id,
    origin.terms_no,
    origin.cycle_start,
    later.cycle_start as usable_cycle,
    later.usable_from,
    later.usable_to,
    nullif(origin.holder_id, '') as subscription_id,
    {{ local_midnight(
        'add_months(origin.cycle_start, origin.rollover_cycles + 1)', 'origin.time_zone'
    ) }} as expires_at
from grants as origin
inner join grants as later
    on
        origin.account_id = later.account_id
        and origin.holder_id = later.holder_id
        and origin.bundle_id = later.bundle_id
        and origin.cycle_start <= later.cycle_start
        and day(origin.cycle_start) = day(later.cycle_start)
        and later.cycle_start <= add_months(origin.cycle_start, origin.rollover_cycles)
