{{ config(materialized='ephemeral') }}

-- Rules 8 to 11: what each dirty record costs, in whole numbers. A refund is priced as its magnitude.
with

usages as (

    select * from {{ ref('banded_usages') }}

),

with_parts as (

    select
        * except (bands),
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
    from usages

),

with_card as (

    select
        *,
        get(parts, 0).choice.card as card,
        get(parts, 0).is_default as is_default,
        exists(parts, part -> part.choice is null) as has_no_tariff,
        exists(parts, part -> part.choice.is_ambiguous) as is_ambiguous,
        exists(parts, part -> part.choice.card.tier_scope = 'period') as is_period_scope,
        filter({{ step_parts('parts', 'total') }}, part -> part.units > 0) as steps
    from with_parts

),

with_charged as (

    select
        * except (parts, steps),
        exists(steps, part -> part.step is null and card.beyond_last_step = 'suspend')
            as is_beyond_last_step,
        filter(steps, part -> part.step is not null) as steps,
        if(total > 0, card.connection_fee, 0) as fee,
        get({{ powers_of_ten() }}, 10 - coalesce(card.rounding_scale, minor_digits)) as unit
    from with_card

),

with_denominator as (

    select
        *,
        case
            when size(steps) = 0 then cast(1 as decimal(38, 0))
            when forall(steps, part -> part.denominator = get(steps, 0).denominator)
                then get(steps, 0).denominator
            else aggregate(
                array_distinct(transform(steps, part -> part.denominator)),
                cast(1 as decimal(38, 0)),
                (product, denominator) -> cast(try_multiply(product, denominator) as decimal(38, 0))
            )
        end as denominator
    from with_charged

),

with_numerators as (

    select
        *,
        transform(steps, (part, position) -> struct(
            part.band as band,
            part.step.step_no as step_no,
            part.units as units,
            {{ rounded_up('part.units', 'part.step.increment') }} as billed_units,
            {{ step_numerator('part', 'position', 'steps', 'denominator') }} as numerator
        )) as segments
    from with_denominator

),

with_running_sums as (

    select
        * except (steps),
        transform(
            sequence(1, greatest(size(segments), 1)),
            position -> aggregate(
                slice(segments, 1, position),
                try_multiply(fee, denominator),
                (total_so_far, segment) -> cast(
                    try_add(total_so_far, segment.numerator) as decimal(38, 0)
                )
            )
        ) as running_sums
    from with_numerators

),

-- rule 11: one rounding of the whole; a segment gets what the rounded running sum grows by
with_rounded as (

    select
        * except (running_sums),
        transform(
            running_sums,
            running_sum -> {{ rounded_quotient('running_sum', 'try_multiply(denominator, unit)', 'card.rounding_mode') }} * unit
        ) as rounded_sums
    from with_running_sums

),

with_amount as (

    select
        *,
        if(
            total > 0,
            least(
                greatest(element_at(rounded_sums, -1), card.min_charge),
                card.max_charge
            ),
            0
        ) as amount
    from with_rounded

)

select * from with_amount
