-- The events to rate, one row each, with what decides their price. Units are whole
-- numbers of 10^-6; a refund is priced as its magnitude. What is larger than any event
-- can be has no units.
with

default_calendar as (

    select min(calendar_id) as calendar_id
    from {{ ref('plan_terms') }}
    where plan_id = '*'

),

-- no destination is told by more of a number than its longest prefix has
longest as (

    select coalesce(max(length(prefix)), 0) as prefix_length
    from {{ known('destinations') }}

),

with_terms as (

    select
        usages.*,
        if(
            usages.prefix = ' ',
            ' ',
            substr(usages.prefix, 1, longest.prefix_length)
        ) as leading_digits,
        coalesce(services.service, '*') as tariff_service,
        coalesce(services.is_timed, false) as is_timed,
        abs(usages.quantity) < case
            when services.is_timed then cast({{ longest_timed_seconds() }} as decimal(24, 6))
            else cast(1000000000000 as decimal(24, 6))
        end as is_in_range,
        coalesce(plans.currency, usages.account_currency) as currency,
        coalesce(plans.minor_digits, usages.account_minor_digits, 2) as minor_digits,
        coalesce(plans.calendar_id, default_calendar.calendar_id) as calendar_id,
        to_date(from_utc_timestamp(usages.started_at, usages.time_zone)) as usage_date
    from {{ ref('owned_usages') }} as usages
    left join {{ ref('service_units') }} as services
        on usages.service = services.service
    left join {{ ref('plan_terms') }} as plans
        on
            usages.plan_id = plans.plan_id
            and usages.started_at >= plans.valid_from
            and usages.started_at < plans.valid_to
    cross join default_calendar
    cross join longest

),

final as (

    select
        usages.record_id,
        usages.event_id,
        usages.event_hash,
        usages.account_id,
        usages.subscription_id,
        usages.plan_id,
        usages.service,
        usages.tariff_service,
        usages.direction,
        usages.leading_digits as prefix,
        usages.serving_network,
        usages.currency,
        usages.minor_digits,
        usages.time_zone,
        usages.calendar_id,
        case
            when usages.subscription_id is null then 'unknown_subscriber'
            when usages.status = 'suspended' then 'subscription_suspended'
            when usages.account_currency is null then 'unknown_account'
        end as reason,
        usages.quantity,
        usages.record_quantity,
        unix_micros(usages.started_at) as start_micros,
        case
            when usages.is_in_range then {{ scaled_units('abs(usages.quantity)') }} else 0L
        end as total,
        usages.is_timed,
        usages.is_in_range,
        usages.currency = usages.account_currency or rates.rate is not null
            as is_convertible,
        usages.started_at,
        usages.event_date,
        usages.usage_date,
        {{ cycle_start('usages.usage_date', 'usages.bill_day') }} as cycle_start
    from with_terms as usages
    left join {{ known('exchange_rates') }} as rates
        on
            usages.currency = rates.from_currency
            and usages.account_currency = rates.to_currency
            and usages.started_at >= {{ open_from('rates.valid_from') }}
            and usages.started_at < {{ open_to('rates.valid_to') }}

)

select * from final
