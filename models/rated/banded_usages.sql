{{ config(materialized='ephemeral') }}

-- Rules 6 and 7: the bands that each dirty record meets, with the tariff of each: the plan's own before
-- that of plan `*`. Offsets are in scaled units from the start.
with

usages as (

    select
        *,
        unix_micros(started_at) as start_micros,
        abs(quantity) < if(is_timed, {{ longest_timed_seconds() }} + 0.000001, 1000000000000)
            as is_in_range,
        if(
            abs(quantity) < if(is_timed, {{ longest_timed_seconds() }} + 0.000001, 1000000000000),
            {{ scaled_units('abs(quantity)') }},
            0
        ) as total
    from {{ ref('located_usages') }}

),

with_bands as (

    select /*+ broadcast(hours) */
        usages.*,
        coalesce(
            filter(
                hours.bands,
                band -> band.to_micros > start_micros
                and band.from_micros < if(is_timed, start_micros + greatest(total, 1), start_micros + 1)
            ),
            array(struct(0L as from_micros, 9000000000000000000 as to_micros, cast(null as string) as band))
        ) as bands
    from usages
    left join {{ ref('band_hours') }} as hours
        on
            usages.calendar_id = hours.calendar_id
            and usages.time_zone = hours.time_zone
            and date_trunc('hour', usages.started_at) = hours.hour_start

),

with_choices as (

    select /*+ broadcast(own), broadcast(standard) */
        usages.*,
        own.band_cards as own_cards,
        standard.band_cards as default_cards
    from with_bands as usages
    left join {{ ref('tariff_choices') }} as own
        on
            usages.plan_id = own.plan_id
            and {{ is_tariff_choice('own', 'own_zone', 'own_roaming_zone') }}
    left join {{ ref('tariff_choices') }} as standard
        on
            standard.plan_id = '*'
            and {{ is_tariff_choice('standard', 'default_zone', 'default_roaming_zone') }}

),

with_segments as (

    select
        *,
        transform(bands, band -> struct(
            band.band as band,
            if(is_timed, greatest(band.from_micros - start_micros, 0), 0) as low,
            if(is_timed, least(band.to_micros - start_micros, total), total) as high,
            coalesce(try_element_at(own_cards, coalesce(band.band, '*')), try_element_at(own_cards, '*')) as own,
            coalesce(try_element_at(default_cards, coalesce(band.band, '*')), try_element_at(default_cards, '*')) as standard
        )) as priced_bands
    from with_choices

),

final as (

    select
        * except (bands, own_cards, default_cards, priced_bands),
        transform(priced_bands, band -> struct(
            band.band as band,
            band.low as low,
            band.high as high,
            coalesce(band.own, band.standard) as choice,
            band.own is null as is_default
        )) as bands
    from with_segments

)

select * from final
