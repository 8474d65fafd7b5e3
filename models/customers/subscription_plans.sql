-- Rule 13: which plan a subscription was on when, and for which account. A run replaces
-- the subscriptions with new actions.
select
    states.subscription_id,
    states.account_id,
    states.plan_id,
    states.valid_from,
    states.valid_to
from {{ ref('subscription_states') }} as states
left semi join {{ ref('changed_subscriptions') }} as changed
    on states.subscription_id = changed.subscription_id
where
    states.status != 'terminated'
    and states.account_id is not null
    and states.valid_from < states.valid_to
