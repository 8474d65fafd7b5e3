-- Rule 13: the prices of the bundles that a plan includes, in every cycle in which a day is
-- charged to it.
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

plans as (

    select distinct plan_id from {{ ref('plan_stays') }}

),

-- of the few plans first: all stays would be held against all bundles, one by one
offered as (

    select
        bundles.*,
        plans.plan_id as of_plan_id
    from bundles
    left semi join priced_bundles
        on bundles.bundle_id = priced_bundles.bundle_id
    inner join plans
        on bundles.plan_id in ('*', plans.plan_id)

),

included as (

    select
        stays.account_id,
        stays.cycle_start,
        stays.plan_id,
        stays.time_zone,
        offered.bundle_id,
        offered.tax_code,
        offered.price,
        if(offered.is_shared, null, stays.subscription_id) as subscription_id,
        greatest(
            stays.first_day, {{ local_date('offered.valid_from', 'stays.time_zone') }}
        ) as first_day,
        least(
            stays.end_day, {{ local_date('offered.valid_to', 'stays.time_zone') }}
        ) as end_day
    from {{ ref('plan_stays') }} as stays
    inner join offered
        on stays.plan_id = offered.of_plan_id

),

first_days as (

    select
        *,
        {{ row_no() }} over (
            partition by account_id, cycle_start, subscription_id, bundle_id
            order by first_day, plan_id
        ) as place
    from included
    where first_day < end_day

)

select
    account_id,
    cycle_start,
    subscription_id,
    plan_id,
    bundle_id,
    tax_code,
    price,
    {{ day_end('first_day', 'time_zone') }} as priced_at
from first_days
where place = 1 and price > 0
