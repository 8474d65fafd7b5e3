{{ config(materialized='ephemeral') }}

-- Rule 4: what is true of a subscription from each of its actions until its next one:
-- what an action leaves empty stays as it was.
with

subscriptions as (

    select distinct actions.subscription_id
    from {{ source('raw', 'actions') }} as actions
    left semi join {{ ref('changed_numbers') }} as changed_numbers
        on actions.subscriber = changed_numbers.subscriber

),

carried_forward as (

    select
        actions.subscription_id,
        actions.action,
        actions.action_id,
        last_value(actions.account_id, true) over in_order as account_id,
        last_value(actions.subscriber, true) over in_order as subscriber,
        last_value(actions.plan_id, true) over in_order as plan_id,
        coalesce(
            last_value(
                case actions.action
                    when 'activate' then 'active'
                    when 'resume' then 'active'
                    when 'suspend' then 'suspended'
                    when 'terminate' then 'terminated'
                end,
                true
            ) over in_order,
            'active'
        ) as status,
        actions.effective_at as valid_from,
        {{ open_to('lead(actions.effective_at) over in_order') }} as valid_to
    from {{ ref('stg_actions') }} as actions
    left semi join subscriptions
        on actions.subscription_id = subscriptions.subscription_id
    window in_order as (
        partition by actions.subscription_id
        order by actions.effective_at, actions.action_id
    )

)

select * from carried_forward
