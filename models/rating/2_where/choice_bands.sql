-- Rule 7: the tariff of each choice in each time band: the plan's own before those of
-- plan `*`, then by priority, then the most specific one, then the least id. Two that
-- are equal in all of these are ambiguous. An event without a band has band ''.
with

bands as (

    select band from {{ known('time_bands') }}
    union
    select '' as band

),

fitting as (

    select
        choices.choice_no,
        bands.band,
        tariffs.level,
        tariffs.terms_no,
        tariffs.tariff_id,
        tariffs.priority,
        tariffs.star_count
    from {{ ref('choices') }} as choices
    inner join {{ ref('plan_tariffs') }} as tariffs
        on
            choices.of_plan_id = tariffs.of_plan_id
            and choices.tariff_service = tariffs.tariff_service
            and choices.epoch_no = tariffs.epoch_no
    cross join bands
    where
        tariffs.direction in ('*', choices.direction)
        and tariffs.roaming_zone in ('*', choices.roaming_zone)
        and (
            tariffs.destination_zone = '*'
            or tariffs.destination_zone
            = if(tariffs.level = 1, choices.own_zone, choices.standby_zone)
        )
        and tariffs.band in ('*', bands.band)

),

ranked as (

    select
        *,
        count(*) over (
            partition by choice_no, band, level, priority, star_count, tariff_id
        ) > 1 as is_ambiguous,
        {{ row_no() }} over (
            partition by choice_no, band
            order by level, priority, star_count, tariff_id
        ) as place
    from fitting

)

select
    choice_no,
    band,
    level,
    terms_no,
    is_ambiguous
from ranked
where place = 1
