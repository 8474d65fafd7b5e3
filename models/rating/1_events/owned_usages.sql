-- Rule 4: whose each standing record is: the subscription that held the number, its
-- account and its plan. Every join keeps one row per record.
with

accounts as (

    select
        periods.*,
        coalesce(currencies.minor_digits, 2) as minor_digits
    from {{ ref('account_periods') }} as periods
    left join {{ known('currencies') }} as currencies
        on periods.currency = currencies.currency

),

standing as (

    select
        usages.record_id,
        usages.event_id,
        usages.event_hash,
        usages.service,
        usages.direction,
        usages.subscriber,
        usages.quantity as record_quantity,
        usages.started_at,
        usages.event_date,
        coalesce(usages.serving_network, '') as serving_network,
        -- a blank is no number at all; a number too short to keep any digit has none
        if(
            usages.counterparty is null, ' ', coalesce(usages.counterparty_prefix, '')
        ) as prefix,
        coalesce(parts.session_quantity, usages.quantity) as quantity
    from {{ ref('decided_usages') }} as usages
    left anti join {{ ref('usage_resolutions') }} as resolutions
        on usages.record_id = resolutions.record_id
    left join {{ ref('merged_partials') }} as parts
        on usages.record_id = parts.record_id
    where coalesce(parts.is_event, true)

),

final as (

    select
        usages.*,
        holders.subscription_id,
        holders.account_id,
        holders.plan_id,
        holders.status,
        accounts.currency as account_currency,
        accounts.minor_digits as account_minor_digits,
        accounts.time_zone,
        accounts.bill_day
    from standing as usages
    left join {{ ref('subscription_periods') }} as holders
        on
            usages.subscriber = holders.subscriber
            and usages.started_at >= holders.valid_from
            and usages.started_at < holders.valid_to
    left join accounts
        on
            holders.account_id = accounts.account_id
            and usages.started_at >= accounts.valid_from
            and usages.started_at < accounts.valid_to

)

select * from final
