{{ config(materialized='ephemeral') }}

-- Rule 8: the accounts whose bundles for the whole account may be others since the last
-- run, by new actions on one of their subscriptions, and from when on: a pooled bundle
-- counts the subscriptions of a cycle, whenever in it they come.
with

actions as (

    select
        action_id,
        subscription_id,
        account_id,
        effective_at,
        max(run_id > {{ var('last_run_id') }})
            over (partition by action_id) as is_changed
    from {{ source('raw', 'actions') }}

),

with_changed_from as (

    select
        account_id,
        min(if(is_changed, effective_at, null))
            over (partition by subscription_id) as changed_from
    from actions

),

shared_terms as (

    select min(bundle_id) as bundle_id
    from {{ ref('bundle_terms') }}
    where scope != 'own'

)

select
    actions.account_id,
    min(actions.changed_from) - interval 32 days as changed_from
from with_changed_from as actions
cross join shared_terms
where
    shared_terms.bundle_id is not null
    and actions.account_id is not null
    and actions.changed_from is not null
group by actions.account_id
