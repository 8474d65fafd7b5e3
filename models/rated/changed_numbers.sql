{{ config(materialized='view') }}

-- The numbers whose holder may have changed since the last run: those that a subscription with new
-- actions ever had, and from when on.
with

actions as (

    select * from {{ source('raw', 'actions') }}

),

new_actions as (

    select distinct
        action_id,
        subscription_id
    from actions
    where run_id > {{ var('last_run_id') }}

),

-- an action that came again with another moment changes what was from the earlier of the two
changed_subscriptions as (

    select
        actions.subscription_id,
        min(actions.effective_at) as changed_from
    from actions
    inner join new_actions on actions.action_id = new_actions.action_id
    group by actions.subscription_id

),

numbers as (

    select
        actions.subscriber,
        min(changed_subscriptions.changed_from) as changed_from
    from actions
    inner join changed_subscriptions
        on actions.subscription_id = changed_subscriptions.subscription_id
    where actions.subscriber is not null
    group by actions.subscriber

)

select * from numbers
