{{ config(materialized='ephemeral') }}

-- Rules 8 to 11: what each dirty record costs, in whole numbers.
with

with_denominator as (

    select
        *,
        {{ shared_denominator('steps') }} as denominator
    from {{ ref('stepped_usages') }}

),

with_numerators as (

    select
        *,
        {% call(part, position) each('steps') -%}
            struct(
                {{ part }}.band as band,
                {{ part }}.tariff_id as tariff_id,
                {{ part }}.step.step_no as step_no,
                {{ part }}.units as units,
                {{ rounded_up(part ~ '.units', part ~ '.step.increment') }}
                    as billed_units,
                {{ step_numerator(part, position, 'steps', 'denominator') }}
                    as numerator
            )
        {%- endcall %} as segments
    from with_denominator

),

with_running_sums as (

    select
        *,
        if(
            size(segments) = 1,
            array(cast(try_add(
                try_multiply(fee, denominator), get(segments, 0).numerator
            ) as decimal(38, 0))),
            transform(
                sequence(1, greatest(size(segments), 1)),
                position -> aggregate(
                    slice(segments, 1, position),
                    try_multiply(fee, denominator),
                    (total_so_far, segment) -> cast(
                        try_add(total_so_far, segment.numerator) as decimal(38, 0)
                    )
                )
            )
        ) as running_sums,
        try_multiply(denominator, unit) as rounding_divisor
    from with_numerators

),

-- rule 11: one rounding of the whole; a segment gets what the rounded sum grows by
with_rounded as (

    select
        *,
        {% call(running_sum, position) each('running_sums') -%}
            unit * {{ rounded_quotient(
                running_sum, 'rounding_divisor', 'card.rounding_mode'
            ) }}
        {%- endcall %} as rounded_sums
    from with_running_sums

)

select
    {{ located_columns() }},
    usages.is_in_range,
    usages.card,
    usages.covered,
    usages.segments,
    usages.fee,
    usages.rounded_sums,
    if(
        usages.total > 0,
        least(
            greatest(
                element_at(usages.rounded_sums, -1),
                if(usages.uncovered > 0, usages.card.min_charge, null)
            ),
            usages.card.max_charge
        ),
        0
    ) as amount,
    usages.is_default,
    usages.has_no_tariff,
    usages.is_ambiguous,
    usages.is_beyond_last_step
from with_rounded as usages
