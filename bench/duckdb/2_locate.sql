-- Rules 4 and 5: whose each record is, where it came from and went to, and its tariffs' case at both levels
-- (own plan, plan `*`). The same joins as models/rated/located_usages.sql and banded_usages.sql.
create temp table located as
with with_subscriber as (

    select
        usages.* exclude (kind, known_at, root_event_id, content_hash),
        subscription.subscription_id,
        subscription.account_id,
        subscription.plan_id,
        subscription.status,
        coalesce(services.is_timed, usages.service = 'voice') as is_timed
    from usages
    left join subscription_periods as subscription
        on
            usages.subscriber = subscription.subscriber
            and usages.started_at >= subscription.valid_from
            and usages.started_at < subscription.valid_to
    left join services on usages.service = services.service
    where usages.record_key not in (select record_key from resolutions)

),

default_calendar as (
    select min(calendar_id) as calendar_id from plan_calendars
    where plan_id = '*'
),

with_account as (

    select
        usages.*,
        account.currency as account_currency,
        account.time_zone,
        account.bill_day,
        coalesce(plans.currency, account.currency) as currency,
        coalesce(currencies.minor_digits, 2) as minor_digits,
        coalesce(plan_calendars.calendar_id, default_calendar.calendar_id)
            as calendar_id,
        if(usages.serving_network is null, 'home', coalesce(network.zone, country.zone))
            as roaming_zone
    from with_subscriber as usages
    left join account_periods as account
        on
            usages.account_id = account.account_id
            and usages.started_at >= account.valid_from
            and usages.started_at < account.valid_to
    left join plans on usages.plan_id = plans.plan_id
    left join
        currencies
        on coalesce(plans.currency, account.currency) = currencies.currency
    left join plan_calendars on usages.plan_id = plan_calendars.plan_id
    cross join default_calendar
    left join networks as network on usages.serving_network = network.network
    left join
        networks as country
        on substr(usages.serving_network, 1, 3) = country.network

),

with_zone_sets as (

    select
        usages.*,
        if(
            substr(usages.counterparty_prefix, 1, 1) between '0' and '9',
            substr(usages.counterparty_prefix, 1, 4),
            substr(usages.counterparty_prefix, 1, 1)
        ) as number_bucket,
        own.zone_set_id as own_zone_set_id,
        standard.zone_set_id as default_zone_set_id,
        if(
            list_contains(own.roaming_zones, usages.roaming_zone),
            usages.roaming_zone,
            '*'
        )
            as own_roaming_zone,
        if(
            list_contains(standard.roaming_zones, usages.roaming_zone),
            usages.roaming_zone,
            '*'
        )
            as default_roaming_zone
    from with_account as usages
    left join plan_zones as own
        on
            usages.plan_id = own.plan_id
            and usages.service = own.service
            and usages.started_at >= own.valid_from
            and usages.started_at < own.valid_to
    left join plan_zones as standard
        on
            standard.plan_id = '*'
            and usages.service = standard.service
            and usages.started_at >= standard.valid_from
            and usages.started_at < standard.valid_to

),

with_zones as (

    select
        usages.*,
        own.zone as own_zone,
        own.prefix as own_prefix,
        standard.zone as default_zone,
        standard.prefix as default_prefix,
        any_zone.zone as any_zone,
        any_zone.prefix as any_prefix
    from with_zone_sets as usages
    left join number_ranges as own
        on
            usages.own_zone_set_id = own.zone_set_id
            and usages.number_bucket = own.number_bucket
            and usages.counterparty_prefix >= own.range_start
            and usages.counterparty_prefix < own.range_end
            and usages.started_at >= own.valid_from
            and usages.started_at < own.valid_to
    left join number_ranges as standard
        on
            usages.default_zone_set_id = standard.zone_set_id
            and usages.number_bucket = standard.number_bucket
            and usages.counterparty_prefix >= standard.range_start
            and usages.counterparty_prefix < standard.range_end
            and usages.started_at >= standard.valid_from
            and usages.started_at < standard.valid_to
    left join number_ranges as any_zone
        on
            any_zone.zone_set_id = 0
            and usages.number_bucket = any_zone.number_bucket
            and usages.counterparty_prefix >= any_zone.range_start
            and usages.counterparty_prefix < any_zone.range_end
            and usages.started_at >= any_zone.valid_from
            and usages.started_at < any_zone.valid_to

)

select
    usages.* exclude (number_bucket, own_zone_set_id, default_zone_set_id),
    abs(usages.quantity) < longest(usages.is_timed) as is_in_range,
    if(
        abs(usages.quantity) < longest(usages.is_timed),
        (abs(usages.quantity) * 1000000)::bigint,
        0
    )
        as total,
    own.choice_id as own_choice_id,
    standard.choice_id as default_choice_id,
    hours.bands
from with_zones as usages
left join choices as own
    on
        usages.plan_id = own.plan_id
        and usages.service = own.service
        and usages.direction = own.direction
        and own.destination_zone = coalesce(usages.own_zone, '*')
        and usages.own_roaming_zone = own.roaming_zone
        and usages.started_at >= own.valid_from
        and usages.started_at < own.valid_to
left join choices as standard
    on
        standard.plan_id = '*'
        and usages.service = standard.service
        and usages.direction = standard.direction
        and standard.destination_zone = coalesce(usages.default_zone, '*')
        and usages.default_roaming_zone = standard.roaming_zone
        and usages.started_at >= standard.valid_from
        and usages.started_at < standard.valid_to
left join band_hours as hours
    on
        usages.calendar_id = hours.calendar_id
        and usages.time_zone = hours.time_zone
        and usages.start_micros // 3600000000 = hours.hour_no;
