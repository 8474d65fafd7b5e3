{{ config(materialized='table') }}

-- The numbers whose holder may have changed since the last run: those that a
-- subscription with new actions ever had, and from when on. An action that came again
-- with another moment changes what was from the earlier of the two.
with

actions as (

    select
        action_id,
        subscription_id,
        subscriber,
        effective_at,
        max(run_id > {{ var('last_run_id') }})
            over (partition by action_id) as is_changed
    from {{ source('raw', 'actions') }}

),

with_changed_from as (

    select
        subscriber,
        min(if(is_changed, effective_at, null))
            over (partition by subscription_id) as changed_from
    from actions

),

numbers as (

    select
        subscriber,
        min(changed_from) as changed_from
    from with_changed_from
    where subscriber is not null and changed_from is not null
    group by subscriber

)

select * from numbers
