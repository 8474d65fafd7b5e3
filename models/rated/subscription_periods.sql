{{
    config(
        materialized='replaced_rows',
        replace_keys=['subscriber'],
        replaced_by='rated.changed_numbers',
        statistics_on=['valid_from'],
    )
}}

-- Rule 4: who held a number when. A run replaces the numbers that new actions touch.
with

changed_numbers as (

    select * from {{ ref('changed_numbers') }}

),

subscriptions_of_changed as (

    select distinct actions.subscription_id
    from {{ source('raw', 'actions') }} as actions
    left semi join changed_numbers on actions.subscriber = changed_numbers.subscriber

),

carried_forward as (

    select
        actions.subscription_id,
        actions.action,
        actions.action_id,
        last_value(actions.account_id, true) over in_order as account_id,
        last_value(actions.subscriber, true) over in_order as subscriber,
        last_value(actions.plan_id, true) over in_order as plan_id,
        last_value(
            case actions.action
                when 'activate' then 'active'
                when 'resume' then 'active'
                when 'suspend' then 'suspended'
                when 'terminate' then 'terminated'
            end,
            true
        ) over in_order as status,
        actions.effective_at as valid_from,
        {{ open_to('lead(actions.effective_at) over in_order') }} as valid_to
    from {{ ref('stg_actions') }} as actions
    left semi join subscriptions_of_changed
        on actions.subscription_id = subscriptions_of_changed.subscription_id
    window in_order as (
        partition by actions.subscription_id
        order by actions.effective_at, actions.action_id
    )

),

-- a subscription takes a number when it is activated with it or changes to it
with_taking as (

    select
        *,
        action = 'activate'
        or not (subscriber <=> lag(subscriber) over in_order) as is_taking
    from carried_forward
    window in_order as (partition by subscription_id order by valid_from, action_id)

),

with_next_taking as (

    select
        *,
        lead(valid_from) over (
            partition by subscriber, is_taking
            order by valid_from, subscription_id, action_id
        ) as next_taken_at
    from with_taking

),

-- what was taken is held until the next one takes it
periods as (

    select
        subscriber,
        subscription_id,
        account_id,
        plan_id,
        status,
        valid_from,
        least(
            valid_to,
            last_value(if(is_taking, {{ open_to('next_taken_at') }}, null), true) over (
                partition by subscription_id
                order by valid_from, action_id
            )
        ) as valid_to
    from with_next_taking

),

final as (

    select periods.*
    from periods
    left semi join changed_numbers on periods.subscriber = changed_numbers.subscriber
    where periods.status != 'terminated' and periods.valid_from < periods.valid_to

)

select * from final
