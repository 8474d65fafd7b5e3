{#- Euclid's algorithm over decimal(38, 0); 190 rounds are enough for any pair of 38 digits. -#}
{% macro greatest_common_divisor(left, right) -%}
    aggregate(
        sequence(1, 190),
        named_struct('a', cast({{ left }} as decimal(38, 0)), 'b', cast({{ right }} as decimal(38, 0))),
        (pair, round_no) -> if(
            pair.b = 0,
            pair,
            named_struct('a', pair.b, 'b', cast(pair.a % pair.b as decimal(38, 0)))
        ),
        pair -> pair.a
    )
{%- endmacro %}


{#- The least common multiple of the denominators of a list of steps. -#}
{% macro common_denominator(steps) -%}
    aggregate(
        {{ steps }},
        cast(1 as decimal(38, 0)),
        (multiple, step) -> cast(
            multiple * (step.denominator div {{ greatest_common_divisor('multiple', 'step.denominator') }})
            as decimal(38, 0)
        )
    )
{%- endmacro %}
