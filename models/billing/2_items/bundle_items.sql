-- Rule 13: the prices of bundles in the cycles: of those that plans include, and of each
-- add-on when it is added.
with

bundles as (

    select
        bundle_id,
        tax_code,
        price,
        valid_from,
        valid_to
    from {{ known('bundles') }}

),

added as (

    select
        actions.action_id,
        actions.subscription_id,
        actions.quantity,
        actions.effective_at,
        bundles.bundle_id,
        bundles.tax_code,
        bundles.price,
        plans.plan_id,
        periods.account_id,
        periods.bill_day,
        {{ local_date('actions.effective_at', 'periods.time_zone') }} as added_on
    from {{ ref('stg_actions') }} as actions
    inner join bundles
        on
            actions.bundle_id = bundles.bundle_id
            and actions.effective_at >= {{ open_from('bundles.valid_from') }}
            and actions.effective_at < {{ open_to('bundles.valid_to') }}
    inner join {{ ref('subscription_plans') }} as plans
        on
            actions.subscription_id = plans.subscription_id
            and actions.effective_at >= plans.valid_from
            and actions.effective_at < plans.valid_to
    inner join {{ ref('account_periods') }} as periods
        on
            plans.account_id = periods.account_id
            and actions.effective_at >= periods.valid_from
            and actions.effective_at < periods.valid_to
    where
        actions.action = 'add_bundle'
        and actions.quantity > 0
        and bundles.price > 0

)

select
    account_id,
    cycle_start,
    subscription_id,
    plan_id,
    bundle_id,
    tax_code,
    cast(null as string) as action_id,
    cast(1 as decimal(24, 6)) as quantity,
    price,
    priced_at
from {{ ref('included_prices') }}
union all
select
    added.account_id,
    {{ cycle_start('added.added_on', 'added.bill_day') }} as cycle_start,
    added.subscription_id,
    added.plan_id,
    added.bundle_id,
    added.tax_code,
    added.action_id,
    added.quantity,
    added.price,
    added.effective_at as priced_at
from added
