{{ config(materialized='ephemeral') }}

-- Rules 6 and 7: the bands that each dirty record meets, with the tariff of each: the
-- plan's own before that of plan `*`. Offsets are in scaled units from the start.
with

with_total as (

    select
        *,
        unix_micros(started_at) as start_micros,
        abs(quantity) < if(
            is_timed, {{ longest_timed_seconds() }} + 0.000001, 1000000000000
        ) as is_in_range,
        if(is_in_range, {{ scaled_units('abs(quantity)') }}, 0) as total
    from {{ ref('located_usages') }}

),

with_end as (

    select
        *,
        start_micros + if(is_timed, greatest(total, 1), 1) as end_micros
    from with_total

),

with_bands as (

    select /*+ broadcast(band_hours) */
        usages.*,
        case
            when band_hours.bands is null then array(struct(
                0L as from_micros,
                9000000000000000000 as to_micros,
                cast(null as string) as band
            ))
            when get(band_hours.bands, 0).to_micros >= usages.end_micros
                then array(get(band_hours.bands, 0))
            else filter(
                band_hours.bands,
                band -> band.to_micros > usages.start_micros
                and band.from_micros < usages.end_micros
            )
        end as hour_bands
    from with_end as usages
    left join {{ ref('band_hours') }} as band_hours
        on
            usages.calendar_id = band_hours.calendar_id
            and usages.time_zone = band_hours.time_zone
            and date_trunc('hour', usages.started_at) = band_hours.hour_start

),

with_choices as (

    select /*+ broadcast(own), broadcast(standard) */
        usages.*,
        {% call(band, position) each('usages.hour_bands') -%}
            struct(
                {{ band }}.band as band,
                if(
                    usages.is_timed,
                    greatest({{ band }}.from_micros - usages.start_micros, 0),
                    0
                ) as low,
                if(
                    usages.is_timed,
                    least({{ band }}.to_micros - usages.start_micros, usages.total),
                    usages.total
                ) as high,
                coalesce(
                    {{ band_tariff('own.band_cards', band ~ '.band') }},
                    {{ band_tariff('standard.band_cards', band ~ '.band') }}
                ) as choice,
                {{ band_tariff('own.band_cards', band ~ '.band') }} is null as is_default
            )
        {%- endcall %} as bands
    from with_bands as usages
    left join {{ ref('tariff_choices') }} as own
        on {{ is_tariff_choice('own', 'usages.plan_id', 'own') }}
    left join {{ ref('tariff_choices') }} as standard
        on {{ is_tariff_choice('standard', "'*'", 'default') }}

)

select
    {{ located_columns() }},
    usages.is_in_range,
    usages.total,
    usages.bands
from with_choices as usages
