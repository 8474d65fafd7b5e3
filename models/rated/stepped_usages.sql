{{ config(materialized='ephemeral') }}

-- Rules 8 and 9: the parts of each dirty record, by band and step of the tariff. A
-- refund is priced as its magnitude.
with

with_parts as (

    select
        *,
        if(
            size(bands) = 1 or not is_timed or total = 0,
            array(struct(
                0L as low,
                total as high,
                get(bands, 0).band as band,
                get(bands, 0).is_default as is_default,
                get(bands, 0).choice as choice
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
        {% call(part) any_of('parts') %}{{ part }}.choice is null{% endcall %}
            as has_no_tariff,
        {% call(part) any_of('parts') %}{{ part }}.choice.is_ambiguous{% endcall %}
            as is_ambiguous,
        {% call(part) any_of('parts') -%}
            {{ part }}.choice.card.tier_scope = 'period'
        {%- endcall %} as is_period_scope,
        {{ step_parts('parts', 'total') }} as all_steps
    from with_parts

),

with_steps as (

    select
        *,
        if(
            size(all_steps) = 1 and get(all_steps, 0).step is not null,
            all_steps,
            filter(all_steps, part -> part.step is not null)
        ) as steps,
        if(total > 0, card.connection_fee, 0) as fee,
        get(
            {{ powers_of_ten() }},
            10 - coalesce(card.rounding_scale, minor_digits)
        ) as unit,
        {% call(part) any_of('all_steps') -%}
            {{ part }}.step is null and card.beyond_last_step = 'suspend'
        {%- endcall %} as is_beyond_last_step
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
