-- Rule 4: who held a number when. A run replaces the numbers that new actions touch.
with

with_before as (

    select
        *,
        lag(subscriber) over (
            partition by subscription_id order by valid_from, action_id
        ) as subscriber_before
    from {{ ref('subscription_states') }}

),

-- a subscription takes a number when it is activated with it or changes to it
with_taking as (

    select
        *,
        action = 'activate' or not (subscriber <=> subscriber_before) as is_taking
    from with_before

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
with_end as (

    select
        *,
        case
            when action = 'terminate' then valid_from
            when is_taking then {{ open_to('next_taken_at') }}
        end as held_to
    from with_next_taking

),

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
            last_value(held_to, true) over (
                partition by subscription_id order by valid_from, action_id
            )
        ) as valid_to
    from with_end

),

final as (

    select periods.*
    from periods
    left semi join {{ ref('changed_numbers') }} as changed_numbers
        on periods.subscriber = changed_numbers.subscriber
    where periods.status != 'terminated' and periods.valid_from < periods.valid_to

)

select * from final
