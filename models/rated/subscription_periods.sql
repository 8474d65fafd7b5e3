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

-- a subscription takes a number when it is activated with it or changes to it
with_taking as (

    select
        *,
        action = 'activate'
        or not (subscriber <=> lag(subscriber) over in_order) as is_taking
    from {{ ref('subscription_states') }}
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

-- what was taken is held until the next one takes it or its holder is terminated
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
            last_value(
                case
                    when action = 'terminate' then valid_from
                    when is_taking then {{ open_to('next_taken_at') }}
                end,
                true
            ) over (
                partition by subscription_id
                order by valid_from, action_id
            )
        ) as valid_to
    from with_next_taking

),

final as (

    select periods.*
    from periods
    left semi join {{ ref('changed_numbers') }} as changed_numbers
        on periods.subscriber = changed_numbers.subscriber
    where periods.status != 'terminated' and periods.valid_from < periods.valid_to

)

select * from final
