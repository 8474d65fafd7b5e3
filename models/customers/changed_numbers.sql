-- The numbers whose holder may have changed since the last run: those that a
-- subscription with new actions ever had, and from when on.
select
    actions.subscriber,
    min(changed.changed_from) as changed_from
from {{ source('raw', 'actions') }} as actions
inner join {{ ref('changed_subscriptions') }} as changed
    on actions.subscription_id = changed.subscription_id
where actions.subscriber is not null
group by actions.subscriber
