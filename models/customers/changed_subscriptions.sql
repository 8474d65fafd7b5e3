-- The subscriptions with new actions since the last run, and from when on they changed.
-- An action that came again with another moment changes what was from the earlier of
-- the two.
with

changed_actions as (

    select distinct action_id
    from {{ source('raw', 'actions') }}
    where run_id > {{ last_run_id() }}

)

select
    actions.subscription_id,
    min(actions.effective_at) as changed_from,
    bool_and(actions.action in ('add_bundle', 'remove_bundle')) as has_only_bundles
from {{ source('raw', 'actions') }} as actions
left semi join changed_actions on actions.action_id = changed_actions.action_id
group by actions.subscription_id
