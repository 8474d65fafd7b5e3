{#-
    Rule 9: the parts of an event by step. `graduated` cuts a band's part at the steps; `volume` prices all of
    it at the step that holds the event's total. Units beyond the last step are left over with no step.
    Gives array<struct<band, tariff_id, denominator, step_no, units, billed, flat_fee, numerator>>.
-#}
{% macro step_parts(parts, total) -%}
    flatten(transform({{ parts }}, part -> if(
        part.choice.card.tier_mode = 'volume',
        array(struct(
            part.band as band,
            part.choice.card.tariff_id as tariff_id,
            part.choice.card.denominator as denominator,
            get(filter(part.choice.card.steps, step -> {{ total }} > step.low and {{ total }} <= step.high), 0) as step,
            part.high - part.low as units
        )),
        array_append(
            transform(
                filter(part.choice.card.steps, step -> step.low < part.high and step.high > part.low),
                step -> struct(
                    part.band as band,
                    part.choice.card.tariff_id as tariff_id,
                    part.choice.card.denominator as denominator,
                    step as step,
                    least(part.high, step.high) - greatest(part.low, step.low) as units
                )
            ),
            struct(
                part.band as band,
                part.choice.card.tariff_id as tariff_id,
                part.choice.card.denominator as denominator,
                cast(null as struct<
                    step_no: int, low: bigint, high: bigint, increment: bigint,
                    flat_fee: decimal(38, 0), numerator: decimal(38, 0)
                >) as step,
                part.high - greatest(
                    part.low, coalesce(array_max(transform(part.choice.card.steps, step -> step.high)), 0)
                ) as units
            )
        )
    )))
{%- endmacro %}
