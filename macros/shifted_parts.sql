{#-
    Rule 9, period scope: to one event, a tariff whose steps run over the billing cycle is the same tariff with its
    steps moved down by what the cycle had before (`units_before`, by tariff).
-#}
{% macro shifted_parts(parts, total, units_before) -%}
    transform(
            {{ parts }},
            (part, position) -> if(
                part.choice.card.tier_scope = 'period',
                {{ shifted_part('part', 'position', parts, total, units_before) }},
                part
            )
        )
{%- endmacro %}


{#-
    `graduated` goes on from the units that the tariff had, in the cycle and in earlier parts of the event;
    `volume` takes the step of the tariff's running total. A flat fee is due when the cycle enters its step.
-#}
{% macro shifted_part(part, position, parts, total, units_before) -%}
    {%- set card = part ~ '.choice.card' -%}
    {%- set before = units_before ~ '[' ~ card ~ '.tariff_id]' -%}
    {%- set shift -%}
        ({{ before }} + if(
            {{ card }}.tier_mode = 'volume',
            {{ units_of_tariff(parts, card ~ '.tariff_id') }} - {{ total }},
            {{ units_of_tariff('slice(' ~ parts ~ ', 1, ' ~ position ~ ')', card ~ '.tariff_id') }} - {{ part }}.low
        ))
    {%- endset -%}
    struct(
        {{ part }}.low as low,
        {{ part }}.high as high,
        {{ part }}.band as band,
        {{ part }}.is_default as is_default,
        struct(
            struct(
                {% for column in card_columns() -%}
                    {{ card }}.{{ column }} as {{ column }},
                {% endfor -%}
                transform({{ card }}.steps, step -> struct(
                    step.step_no as step_no,
                    step.low - {{ shift }} as low,
                    step.high - {{ shift }} as high,
                    step.increment as increment,
                    if({{ before }} > step.low, cast(0 as decimal(38, 0)), step.flat_fee) as flat_fee,
                    step.numerator as numerator
                )) as steps
            ) as card,
            {{ part }}.choice.is_ambiguous as is_ambiguous
        ) as choice
    )
{%- endmacro %}


{#- The columns of a tariff card beside its steps (see choice_type). -#}
{% macro card_columns() -%}
    {{ return([
        'tariff_id', 'tier_scope', 'tier_mode', 'beyond_last_step', 'rounding_scale', 'rounding_mode',
        'connection_fee', 'min_charge', 'max_charge', 'denominator',
    ]) }}
{%- endmacro %}


{% macro units_of_tariff(parts, tariff_id) -%}
    aggregate(
        filter({{ parts }}, counted -> counted.choice.card.tariff_id = {{ tariff_id }}),
        0L,
        (units, counted) -> units + counted.high - counted.low
    )
{%- endmacro %}
