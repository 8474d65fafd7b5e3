-- Rule 8: the accounts whose bundles for the whole account may be others since the last
-- run, by new actions on one of their subscriptions, and from when on: a pooled bundle
-- counts the subscriptions of a cycle, whenever in it they come.
with

changed_actions as (

    select distinct action_id
    from {{ source('raw', 'actions') }}
    where run_id > {{ last_run_id() }}

),

changes as (

    select
        actions.subscription_id,
        min(actions.effective_at) as changed_from
    from {{ source('raw', 'actions') }} as actions
    left semi join changed_actions on actions.action_id = changed_actions.action_id
    group by actions.subscription_id

),

shared_terms as (

    select max(scope) as scope
    from {{ ref('bundle_terms') }}
    where scope != 'own'

)

select
    actions.account_id,
    min(changes.changed_from) - interval 32 days as changed_from
from {{ source('raw', 'actions') }} as actions
inner join changes on actions.subscription_id = changes.subscription_id
cross join shared_terms
where shared_terms.scope is not null and actions.account_id is not null
group by actions.account_id
