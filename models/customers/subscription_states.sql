-- Rule 4: what is true of a subscription from each of its actions until its next one:
-- what an action leaves empty stays as it was.
with

subscriptions as (

    select actions.subscription_id
    from {{ source('raw', 'actions') }} as actions
    left semi join {{ ref('changed_numbers') }} as changed_numbers
        on actions.subscriber = changed_numbers.subscriber
    union
    select subscription_id
    from {{ ref('changed_subscriptions') }}

),

actions as (

    select
        actions.*,
        case actions.action
            when 'activate' then 'active'
            when 'resume' then 'active'
            when 'suspend' then 'suspended'
            when 'terminate' then 'terminated'
        end as new_status
    from {{ ref('stg_actions') }} as actions
    left semi join subscriptions
        on actions.subscription_id = subscriptions.subscription_id

),

carried_forward as (

    select
        subscription_id,
        action,
        action_id,
        effective_at as valid_from,
        last_value(account_id, true) over in_order as account_id,
        last_value(subscriber, true) over in_order as subscriber,
        last_value(plan_id, true) over in_order as plan_id,
        coalesce(last_value(new_status, true) over in_order, 'active') as status,
        lead(effective_at) over in_order as next_from
    from actions
    window in_order as (partition by subscription_id order by effective_at, action_id)

)

select
    subscription_id,
    action,
    action_id,
    account_id,
    subscriber,
    plan_id,
    status,
    valid_from,
    {{ open_to('next_from') }} as valid_to
from carried_forward
