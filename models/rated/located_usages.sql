{{ config(materialized='ephemeral') }}

-- Rules 4 and 5: where each dirty record came from and went to. Every join is by
-- equality (and a range), and keeps one row per record.
with

networks as (

    select
        network,
        min(zone) as zone
    from {{ known(ref('roaming_networks')) }}
    group by network

),

with_roaming_zone as (

    select /*+ broadcast(network), broadcast(country) */
        usages.*,
        if(
            usages.serving_network is null,
            'home',
            coalesce(network.zone, country.zone)
        ) as roaming_zone
    from {{ ref('owned_usages') }} as usages
    left join networks as network
        on usages.serving_network = network.network
    left join networks as country
        on substr(usages.serving_network, 1, 3) = country.network

),

with_zone_sets as (

    select /*+ broadcast(own), broadcast(standard) */
        usages.*,
        {{ number_bucket('usages.counterparty_prefix') }} as number_bucket,
        own.zone_set_id as own_zone_set_id,
        standard.zone_set_id as default_zone_set_id,
        if(
            array_contains(own.roaming_zones, usages.roaming_zone),
            usages.roaming_zone,
            '*'
        ) as own_roaming_zone,
        if(
            array_contains(standard.roaming_zones, usages.roaming_zone),
            usages.roaming_zone,
            '*'
        ) as default_roaming_zone
    from with_roaming_zone as usages
    left join {{ ref('plan_zones') }} as own
        on {{ is_plan_epoch('own', 'usages.plan_id') }}
    left join {{ ref('plan_zones') }} as standard
        on {{ is_plan_epoch('standard', "'*'") }}

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

select
    {{ located_columns() }},
    usages.calendar_id,
    usages.own_roaming_zone,
    usages.default_roaming_zone
from with_zones as usages
