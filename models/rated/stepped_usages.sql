{{ config(materialized='ephemeral') }}

-- Rules 8 and 9: the parts of each dirty record, by band and step of the tariff. A
-- refund is priced as its magnitude.
with

with_parts as (

    select
        *,
        if(
            size(bands) = 1 or not is_timed or total = 0,
            transform(slice(bands, 1, 1), band -> struct(
                0L as low,
                total as high,
                band.band as band,
                band.is_default as is_default,
                band.choice as choice
            )),
            {{ band_cuts('bands', 'total') }}
        ) as parts
    from {{ ref('banded_usages') }}

),

with_card as (

    select
        *,
        get(parts, 0).choice.card as card,
        get(parts, 0).is_default as is_default,
        exists(parts, part -> part.choice is null) as has_no_tariff,
        exists(parts, part -> part.choice.is_ambiguous) as is_ambiguous,
        exists(parts, part -> part.choice.card.tier_scope = 'period')
            as is_period_scope,
        filter({{ step_parts('parts', 'total') }}, part -> part.units > 0) as all_steps
    from with_parts

),

with_steps as (

    select
        *,
        filter(all_steps, part -> part.step is not null) as steps,
        if(total > 0, card.connection_fee, 0) as fee,
        get(
            {{ powers_of_ten() }},
            10 - coalesce(card.rounding_scale, minor_digits)
        ) as unit,
        exists(
            all_steps,
            part -> part.step is null and card.beyond_last_step = 'suspend'
        ) as is_beyond_last_step
    from with_card

)

select
    {{ located_columns() }},
    usages.is_in_range,
    usages.total,
    usages.card,
    usages.steps,
    usages.fee,
    usages.unit,
    usages.is_default,
    usages.has_no_tariff,
    usages.is_ambiguous,
    usages.is_period_scope,
    usages.is_beyond_last_step
from with_steps as usages
