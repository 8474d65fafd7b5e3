-- Rule 8: the accounts whose bundles for the whole account may be others since the last
-- run, by new actions on one of their subscriptions, and from when on: a pooled bundle
-- counts the subscriptions of a cycle, whenever in it they come.
with

shared_terms as (

    select max(scope) as scope
    from {{ ref('bundle_terms') }}
    where scope != 'own'

)

select
    actions.account_id,
    min(changed.changed_from) - interval 32 days as changed_from
from {{ source('raw', 'actions') }} as actions
inner join {{ ref('changed_subscriptions') }} as changed
    on actions.subscription_id = changed.subscription_id
cross join shared_terms
where shared_terms.scope is not null and actions.account_id is not null
group by actions.account_id
