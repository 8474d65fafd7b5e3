-- The numbers whose holder may have changed since the last run: those that a
-- subscription with new actions ever had, and from when on. An action that came again
-- with another moment changes what was from the earlier of the two.
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

)

select
    actions.subscriber,
    min(changes.changed_from) as changed_from
from {{ source('raw', 'actions') }} as actions
inner join changes on actions.subscription_id = changes.subscription_id
where actions.subscriber is not null
group by actions.subscriber
