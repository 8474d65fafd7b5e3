-- Rule 8: the bundles that the accounts of the run added, and while they may be used.
-- Without `expires_at` one ends with the cycle that it was added in, or as many later as
-- it is carried over.
with

accounts as (

    select distinct account_id from {{ ref('bundled_cycles') }}

),

actions as (

    select
        *,
        if(action = 'remove_bundle', effective_at, null) as removal_at
    from {{ ref('stg_actions') }}
    where action in ('add_bundle', 'remove_bundle') and bundle_id is not null

),

-- an add-on is removed by the first action after it that says so
with_removal as (

    select
        *,
        min(removal_at) over (
            partition by subscription_id, bundle_id
            order by effective_at, action_id
            rows between 1 following and unbounded following
        ) as removed_at
    from actions

),

held as (

    select
        actions.action_id,
        actions.bundle_id,
        actions.subscription_id,
        actions.quantity,
        actions.effective_at,
        actions.expires_at,
        actions.removed_at,
        periods.account_id,
        periods.time_zone,
        periods.bill_day,
        to_date(from_utc_timestamp(actions.effective_at, periods.time_zone))
            as added_date
    from with_removal as actions
    inner join {{ ref('subscription_periods') }} as holders
        on
            actions.subscription_id = holders.subscription_id
            and actions.effective_at >= holders.valid_from
            and actions.effective_at < holders.valid_to
    left semi join accounts on holders.account_id = accounts.account_id
    inner join {{ ref('account_periods') }} as periods
        on
            holders.account_id = periods.account_id
            and actions.effective_at >= periods.valid_from
            and actions.effective_at < periods.valid_to
    where actions.action = 'add_bundle'

),

with_cycle as (

    select
        *,
        {{ cycle_start('added_date', 'bill_day') }} as cycle_start
    from held

)

select
    added.action_id,
    added.bundle_id,
    terms.terms_no,
    added.account_id,
    if(terms.scope = 'own', added.subscription_id, null) as subscription_id,
    added.cycle_start,
    added.quantity,
    added.effective_at as usable_from,
    coalesce(
        added.expires_at,
        {{ local_midnight(
            'add_months(added.cycle_start, terms.rollover_cycles + 1)', 'added.time_zone'
        ) }}
    ) as expires_at,
    added.removed_at
from with_cycle as added
inner join {{ ref('bundle_terms') }} as terms
    on
        added.bundle_id = terms.bundle_id
        and added.effective_at >= terms.valid_from
        and added.effective_at < terms.valid_to
