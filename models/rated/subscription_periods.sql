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

actions as (

    select * from {{ ref('stg_actions') }}

),

subscriptions_of_changed as (

    select distinct actions.subscription_id
    from {{ source('raw', 'actions') }} as actions
    inner join changed_numbers on actions.subscriber = changed_numbers.subscriber

),

carried_forward as (

    select
        actions.subscription_id,
        actions.action,
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
        actions.action_id,
        actions.effective_at as valid_from,
        {{ open_to('lead(actions.effective_at) over in_order') }} as valid_to
    from actions
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

with_taken_at as (

    select
        *,
        last_value(if(is_taking, valid_from, null), true) over (
            partition by subscription_id
            order by valid_from, action_id
        ) as taken_at
    from with_taking

),

takings as (

    select distinct
        subscriber,
        subscription_id,
        taken_at
    from with_taken_at

),

until_next_taking as (

    select
        subscriber,
        subscription_id,
        taken_at,
        lead(taken_at) over (
            partition by subscriber
            order by taken_at, subscription_id
        ) as next_taken_at
    from takings

),

periods as (

    select
        period.subscriber,
        period.subscription_id,
        period.account_id,
        period.plan_id,
        period.status,
        period.valid_from,
        least(period.valid_to, {{ open_to('taking.next_taken_at') }}) as valid_to
    from with_taken_at as period
    inner join until_next_taking as taking
        on
            period.subscriber = taking.subscriber
            and period.subscription_id = taking.subscription_id
            and period.taken_at = taking.taken_at
    where period.status != 'terminated'

),

final as (

    select periods.*
    from periods
    left semi join changed_numbers on periods.subscriber = changed_numbers.subscriber
    where periods.valid_from < periods.valid_to

)

select * from final
