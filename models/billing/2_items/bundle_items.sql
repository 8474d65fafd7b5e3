-- Rule 13: the prices of bundles in the cycles: of those that a plan includes, in every
-- cycle in which a day is charged to it; of an add-on when it is added.
with

bundles as (

    select
        bundle_id,
        plan_id,
        tax_code,
        price,
        valid_from,
        valid_to,
        coalesce(scope, 'own') = 'shared' as is_shared
    from {{ known('bundles') }}

),

-- a version without a price may come before one with a price, and then nothing is charged
priced_bundles as (

    select distinct bundle_id
    from bundles
    where price > 0

),

included as (

    select
        stays.account_id,
        stays.cycle_start,
        stays.plan_id,
        stays.time_zone,
        bundles.bundle_id,
        bundles.tax_code,
        bundles.price,
        if(bundles.is_shared, null, stays.subscription_id) as subscription_id,
        greatest(
            stays.first_day, {{ local_date('bundles.valid_from', 'stays.time_zone') }}
        ) as first_day,
        least(
            stays.end_day, {{ local_date('bundles.valid_to', 'stays.time_zone') }}
        ) as end_day
    from {{ ref('plan_stays') }} as stays
    inner join bundles
        on bundles.plan_id in ('*', stays.plan_id)
    left semi join priced_bundles
        on bundles.bundle_id = priced_bundles.bundle_id

),

first_days as (

    select
        *,
        row_number() over (
            partition by account_id, cycle_start, subscription_id, bundle_id
            order by first_day, plan_id
        ) as place
    from included
    where first_day < end_day

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
    {{ day_end('first_day', 'time_zone') }} as priced_at
from first_days
where place = 1 and price > 0
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
