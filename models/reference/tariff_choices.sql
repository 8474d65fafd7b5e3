-- Rule 7: which tariff applies, settled once for every case that a plan's tariffs tell
-- apart.
with

best as (

    select
        *,
        count(*) over (
            partition by
                plan_id, service, direction, roaming_zone, destination_zone, band,
                valid_from, priority, star_count, card.tariff_id
        ) > 1 as is_ambiguous
    from {{ ref('tariff_cases') }}
    qualify row_number() over (
        partition by
            plan_id, service, direction, roaming_zone, destination_zone, band,
            valid_from
        order by priority, star_count, card.tariff_id
    ) = 1

),

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
    from best
    group by
        plan_id, service, direction, roaming_zone, destination_zone,
        valid_from, valid_to

)

select * from final
