{{ config(materialized='ephemeral') }}

-- Rule 7: every tariff against every case that it covers, of the cases that a plan's
-- tariffs tell apart. A zone or band that no tariff of the plan names falls under `*`.
with

epoch_cards as (

    select
        epoch.plan_id,
        epoch.service,
        epoch.zones,
        epoch.roaming_zones,
        epoch.valid_from,
        epoch.valid_to,
        cards.direction,
        cards.roaming_zone,
        cards.destination_zone,
        cards.band,
        cards.priority,
        if(cards.service = '*', 1, 0)
        + if(cards.direction = '*', 1, 0)
        + if(cards.roaming_zone = '*', 1, 0)
        + if(cards.destination_zone = '*', 1, 0)
        + if(cards.band = '*', 1, 0) as star_count,
        cards.card
    from {{ ref('plan_zones') }} as epoch
    inner join {{ ref('tariff_cards') }} as cards
        on
            epoch.plan_id = cards.plan_id
            and cards.service in (epoch.service, '*')
            and epoch.valid_from >= cards.valid_from
            and epoch.valid_from < cards.valid_to

),

with_bands as (

    select
        *,
        array_union(
            collect_set(band) over (partition by plan_id, service, valid_from),
            array('*')
        ) as bands
    from epoch_cards

),

by_direction as (

    select
        *,
        explode({{ covered('direction', "array('in', 'out')") }}) as for_direction
    from with_bands

),

by_roaming_zone as (

    select
        *,
        explode({{ covered('roaming_zone', "array_append(roaming_zones, '*')") }})
            as for_roaming_zone
    from by_direction

),

by_zone as (

    select
        *,
        explode({{ covered('destination_zone', "array_append(zones, '*')") }})
            as for_zone
    from by_roaming_zone

),

by_band as (

    select
        *,
        explode({{ covered('band', 'bands') }}) as for_band
    from by_zone

)

select
    plan_id,
    service,
    for_direction as direction,
    for_roaming_zone as roaming_zone,
    for_zone as destination_zone,
    for_band as band,
    priority,
    star_count,
    card,
    valid_from,
    valid_to
from by_band
