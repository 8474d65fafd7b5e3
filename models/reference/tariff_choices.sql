-- Rule 7: which tariff applies, settled once for every case that a plan's tariffs tell
-- apart.
with

final as (

    select
        plan_id,
        service,
        direction,
        roaming_zone,
        destination_zone,
        map_from_entries(
            collect_list(struct(band, struct(card, is_ambiguous)))
        ) as band_cards,
        valid_from,
        valid_to
    from {{ ref('best_tariffs') }}
    group by
        plan_id, service, direction, roaming_zone, destination_zone,
        valid_from, valid_to

)

select * from final
