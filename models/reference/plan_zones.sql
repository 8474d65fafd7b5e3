-- Rule 5: the zones that a plan names for a service, while its tariffs stay the same. A
-- number's destination is sought among these zones first.
with

cards as (

    select * from {{ ref('tariff_cards') }}

),

known_services as (

    select service from {{ ref('service_units') }}
    union all
    select '*' as service

),

service_cards as (

    select
        cards.plan_id,
        known_services.service,
        cards.roaming_zone,
        cards.destination_zone,
        cards.valid_from,
        cards.valid_to
    from cards
    inner join known_services
        on
            cards.service = known_services.service or cards.service = '*'

),

moments as (

    select distinct
        plan_id,
        service,
        explode(array(valid_from, valid_to)) as moment
    from service_cards

),

epochs as (

    select
        plan_id,
        service,
        moment as valid_from,
        lead(moment) over (partition by plan_id, service order by moment) as valid_to
    from moments

),

named as (

    select
        epochs.plan_id,
        epochs.service,
        epochs.valid_from,
        epochs.valid_to,
        array_sort(array_remove(collect_set(cards.destination_zone), '*')) as zones,
        array_sort(array_remove(collect_set(cards.roaming_zone), '*')) as roaming_zones
    from epochs
    inner join service_cards as cards
        on
            epochs.plan_id = cards.plan_id
            and epochs.service = cards.service
            and epochs.valid_from >= cards.valid_from
            and epochs.valid_from < cards.valid_to
    group by epochs.plan_id, epochs.service, epochs.valid_from, epochs.valid_to

),

final as (

    select
        plan_id,
        service,
        if(size(zones) = 0, null, xxhash64(zones)) as zone_set_id,
        zones,
        roaming_zones,
        valid_from,
        valid_to
    from named

)

select * from final
