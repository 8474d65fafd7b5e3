{{ config(materialized='table') }}

-- Rules 8 and 9: where changed events stood in a billing cycle, and where they stand
-- now.
{%- set known_when = when_they_started(ref('changed_events')) %}
with

left_places as (

    select
        running_usages.account_id,
        running_usages.subscription_id,
        running_usages.cycle_start,
        running_usages.started_at
    from {{ source('last_run', 'running_usages') }} as running_usages
    left semi join {{ ref('changed_events') }} as events
        on running_usages.event_id = events.event_id
    where {{ known_when }}

),

services_in_order as (

    select service
    from {{ ref('tariff_cards') }}
    where card.tier_scope = 'period'
    union
    select service from {{ ref('bundle_terms') }}

),

changed_usages as (

    select
        usages.subscriber,
        usages.started_at
    from {{ ref('stg_usages') }} as usages
    left semi join {{ ref('changed_events') }} as events
        on usages.root_event_id = events.event_id
    left semi join services_in_order
        on services_in_order.service in ('*', usages.service)
    where usages.run_id > {{ var('last_run_id') }} or {{ known_when }}

),

taken_places as (

    select
        subscription.account_id,
        subscription.subscription_id,
        usages.started_at,
        account_period.bill_day,
        to_date(from_utc_timestamp(usages.started_at, account_period.time_zone))
            as usage_date
    from changed_usages as usages
    inner join {{ ref('subscription_periods') }} as subscription
        on
            usages.subscriber = subscription.subscriber
            and usages.started_at >= subscription.valid_from
            and usages.started_at < subscription.valid_to
    inner join {{ ref('account_periods') }} as account_period
        on
            subscription.account_id = account_period.account_id
            and usages.started_at >= account_period.valid_from
            and usages.started_at < account_period.valid_to

),

places as (

    select * from left_places
    union all
    select
        account_id,
        subscription_id,
        {{ cycle_start('usage_date', 'bill_day') }} as cycle_start,
        started_at
    from taken_places

)

select
    account_id,
    subscription_id,
    cycle_start,
    min(started_at) as started_at
from places
group by account_id, subscription_id, cycle_start
