{{ config(materialized='table') }}

-- Rule 8: the bundles that the accounts of the last run's batch added, and while they
-- may be used. Without `expires_at` one ends with the cycle that it was added in.
with

batch_accounts as (

    select distinct account_id from {{ ref('running_batch') }}

),

actions as (

    select *
    from {{ ref('stg_actions') }}
    where action in ('add_bundle', 'remove_bundle') and bundle_id is not null

),

-- an add-on is removed by the first action after it that says so
with_removal as (

    select
        *,
        min(if(action = 'remove_bundle', effective_at, null)) over (
            partition by subscription_id, bundle_id
            order by effective_at, action_id
            rows between 1 following and unbounded following
        ) as removed_at
    from actions

),

added as (

    select
        actions.action_id,
        actions.bundle_id,
        actions.subscription_id,
        actions.quantity,
        actions.effective_at,
        actions.expires_at,
        actions.removed_at,
        holder.account_id,
        account_period.time_zone,
        {{ cycle_start(
            'to_date(from_utc_timestamp(actions.effective_at, account_period.time_zone))',
            'account_period.bill_day'
        ) }} as cycle_start
    from with_removal as actions
    inner join {{ ref('subscription_periods') }} as holder
        on
            actions.subscription_id = holder.subscription_id
            and actions.effective_at >= holder.valid_from
            and actions.effective_at < holder.valid_to
    left semi join batch_accounts
        on holder.account_id = batch_accounts.account_id
    inner join {{ ref('account_periods') }} as account_period
        on
            holder.account_id = account_period.account_id
            and actions.effective_at >= account_period.valid_from
            and actions.effective_at < account_period.valid_to
    where actions.action = 'add_bundle'

),

final as (

    select /*+ broadcast(terms) */
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
                'add_months(added.cycle_start, terms.rollover_cycles + 1)',
                'added.time_zone'
            ) }}
        ) as expires_at,
        added.removed_at
    from added
    inner join {{ ref('bundle_terms') }} as terms
        on
            added.bundle_id = terms.bundle_id
            and added.effective_at >= terms.valid_from
            and added.effective_at < terms.valid_to

)

select * from final
