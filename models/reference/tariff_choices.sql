-- Rule 7: which tariff applies, settled once for every case that a plan's tariffs tell apart.
-- A zone or band that no tariff of the plan names falls under `*`.
with

cards as (

    select * from {{ ref('tariff_cards') }}

),

plan_zones as (

    select * from {{ ref('plan_zones') }}

),

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
    from plan_zones as epoch
    inner join cards
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

-- every card against every case that it covers
cases as (

    select
        *,
        explode(if(direction = '*', array('in', 'out'), array(direction)))
            as for_direction,
        if(
            roaming_zone = '*',
            array_append(roaming_zones, '*'),
            array(roaming_zone)
        ) as for_roaming_zones,
        if(
            destination_zone = '*', array_append(zones, '*'), array(destination_zone)
        ) as for_zones,
        if(band = '*', bands, array(band)) as for_bands
    from with_bands

),

by_roaming_zone as (

    select *, explode(for_roaming_zones) as for_roaming_zone from cases

),

by_zone as (

    select *, explode(for_zones) as for_zone from by_roaming_zone

),

by_band as (

    select *, explode(for_bands) as for_band from by_zone

),

best as (

    select
        *,
        count(*) over (
            partition by plan_id, service, for_direction, for_roaming_zone, for_zone, for_band,
            valid_from, priority, star_count, card.tariff_id
        ) > 1 as is_ambiguous
    from by_band
    qualify row_number() over (
        partition by plan_id, service, for_direction, for_roaming_zone, for_zone, for_band, valid_from
        order by priority, star_count, card.tariff_id
    ) = 1

),

final as (

    select
        plan_id,
        service,
        for_direction as direction,
        for_roaming_zone as roaming_zone,
        for_zone as destination_zone,
        map_from_entries(collect_list(struct(for_band, struct(card, is_ambiguous)))) as band_cards,
        valid_from,
        valid_to
    from best
    group by plan_id, service, for_direction, for_roaming_zone, for_zone, valid_from, valid_to

)

select * from final
