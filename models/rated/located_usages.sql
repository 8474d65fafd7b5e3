{{ config(materialized='ephemeral') }}

-- Rules 4 and 5: whose each dirty record is, and where it came from and went to. Every join is by
-- equality (and a range), and keeps one row per record.
with

usages as (

    select * from {{ ref('dirty_usages') }}

),

resolutions as (

    select * from {{ ref('usage_resolutions') }}

),

plans as (

    select
        plan_id,
        max_by(currency, {{ open_from('valid_from') }}) as currency
    from {{ known(ref('plans')) }}
    group by plan_id

),

plan_calendars as (

    select * from {{ known(ref('plan_calendars')) }}

),

default_calendar as (

    select min(calendar_id) as calendar_id from plan_calendars where plan_id = '*'

),

networks as (

    select network, min(zone) as zone from {{ known(ref('roaming_networks')) }} group by network

),

with_subscriber as (

    select /*+ broadcast(resolutions), broadcast(services) */
        usages.*,
        resolutions.disposition,
        resolutions.reason,
        subscription.subscription_id,
        subscription.account_id,
        subscription.plan_id,
        subscription.status,
        coalesce(services.is_timed, usages.service = 'voice') as is_timed
    from usages
    left join resolutions
        on usages.file_id = resolutions.file_id and usages.record_no = resolutions.record_no
    left join {{ ref('subscription_periods') }} as subscription
        on
            usages.subscriber = subscription.subscriber
            and usages.started_at >= subscription.valid_from
            and usages.started_at < subscription.valid_to
    left join {{ ref('service_units') }} as services on usages.service = services.service

),

with_account as (

    select /*+ broadcast(plans), broadcast(currencies), broadcast(plan_calendars), broadcast(network), broadcast(country) */
        usages.*,
        account.currency as account_currency,
        account.time_zone,
        account.bill_day,
        coalesce(plans.currency, account.currency) as currency,
        coalesce(currencies.minor_digits, 2) as minor_digits,
        coalesce(plan_calendars.calendar_id, default_calendar.calendar_id) as calendar_id,
        if(
            usages.serving_network is null,
            'home',
            coalesce(network.zone, country.zone)
        ) as roaming_zone
    from with_subscriber as usages
    left join {{ ref('account_periods') }} as account
        on
            usages.account_id = account.account_id
            and usages.started_at >= account.valid_from
            and usages.started_at < account.valid_to
    left join plans on usages.plan_id = plans.plan_id
    left join {{ known(ref('currencies')) }} as currencies
        on coalesce(plans.currency, account.currency) = currencies.currency
    left join plan_calendars on usages.plan_id = plan_calendars.plan_id
    cross join default_calendar
    left join networks as network on usages.serving_network = network.network
    left join networks as country on substr(usages.serving_network, 1, 3) = country.network

),

with_zone_sets as (

    select /*+ broadcast(own), broadcast(standard) */
        usages.*,
        {{ number_bucket('usages.counterparty_prefix') }} as number_bucket,
        own.zone_set_id as own_zone_set_id,
        standard.zone_set_id as default_zone_set_id,
        if(array_contains(own.roaming_zones, usages.roaming_zone), usages.roaming_zone, '*')
            as own_roaming_zone,
        if(array_contains(standard.roaming_zones, usages.roaming_zone), usages.roaming_zone, '*')
            as default_roaming_zone
    from with_account as usages
    left join {{ ref('plan_zones') }} as own
        on
            usages.plan_id = own.plan_id
            and usages.service = own.service
            and usages.started_at >= own.valid_from
            and usages.started_at < own.valid_to
    left join {{ ref('plan_zones') }} as standard
        on
            standard.plan_id = '*'
            and usages.service = standard.service
            and usages.started_at >= standard.valid_from
            and usages.started_at < standard.valid_to

),

with_zones as (

    select /*+ broadcast(own), broadcast(standard), broadcast(any_zone) */
        usages.*,
        own.zone as own_zone,
        own.prefix as own_prefix,
        standard.zone as default_zone,
        standard.prefix as default_prefix,
        any_zone.zone as any_zone,
        any_zone.prefix as any_prefix
    from with_zone_sets as usages
    left join {{ ref('number_ranges') }} as own
        on {{ is_in_number_range('own', 'usages.own_zone_set_id') }}
    left join {{ ref('number_ranges') }} as standard
        on {{ is_in_number_range('standard', 'usages.default_zone_set_id') }}
    left join {{ ref('number_ranges') }} as any_zone
        on {{ is_in_number_range('any_zone', '0') }}

)

select * from with_zones
