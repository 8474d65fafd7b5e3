{{ config(materialized='ephemeral') }}

-- Rule 4: whose each dirty record is: the subscription that held the number, its
-- account and its plan. Every join keeps one row per record.
with

plan_calendars as (

    select * from {{ known(ref('plan_calendars')) }}

),

default_calendar as (

    select min(calendar_id) as calendar_id
    from plan_calendars
    where plan_id = '*'

),

with_subscriber as (

    select /*+ broadcast(resolutions), broadcast(services) */
        usages.* except (quantity),
        usages.quantity as record_quantity,
        coalesce(parts.session_quantity, usages.quantity) as quantity,
        coalesce(resolutions.disposition, if(not parts.is_event, 'merged', null))
            as disposition,
        resolutions.reason,
        parts.merged_into,
        subscription.subscription_id,
        subscription.account_id,
        subscription.plan_id,
        subscription.status,
        coalesce(services.service, '*') as tariff_service,
        coalesce(services.is_timed, false) as is_timed
    from {{ ref('dirty_usages') }} as usages
    left join {{ ref('usage_resolutions') }} as resolutions
        on
            usages.file_id = resolutions.file_id
            and usages.record_no = resolutions.record_no
    left join {{ ref('merged_partials') }} as parts
        on usages.file_id = parts.file_id and usages.record_no = parts.record_no
    left join {{ ref('subscription_periods') }} as subscription
        on
            usages.subscriber = subscription.subscriber
            and usages.started_at >= subscription.valid_from
            and usages.started_at < subscription.valid_to
    left join {{ ref('service_units') }} as services
        on usages.service = services.service

),

-- the plan as it was then, else in its last version
with_plan as (

    select /*+ broadcast(plans) */
        usages.*,
        {{ version_at('plans.versions', 'usages.started_at') }}.currency
            as plan_currency
    from with_subscriber as usages
    left join {{ ref('plan_versions') }} as plans
        on usages.plan_id = plans.plan_id

),

with_account as (

    select /*+ broadcast(currencies), broadcast(plan_calendars) */
        usages.*,
        account_period.currency as account_currency,
        account_period.time_zone,
        account_period.bill_day,
        coalesce(usages.plan_currency, account_period.currency) as currency,
        coalesce(currencies.minor_digits, 2) as minor_digits,
        coalesce(plan_calendars.calendar_id, default_calendar.calendar_id)
            as calendar_id
    from with_plan as usages
    left join {{ ref('account_periods') }} as account_period
        on
            usages.account_id = account_period.account_id
            and usages.started_at >= account_period.valid_from
            and usages.started_at < account_period.valid_to
    left join {{ known(ref('currencies')) }} as currencies
        on
            coalesce(usages.plan_currency, account_period.currency)
            = currencies.currency
    left join plan_calendars on usages.plan_id = plan_calendars.plan_id
    cross join default_calendar

)

select
    {{ owned_columns() }},
    usages.counterparty_prefix,
    usages.serving_network,
    usages.calendar_id
from with_account as usages
