{#-
    Rule 9: what a part of an event costs at its step, as a numerator over the event's denominator, with the
    step's flat fee when the event enters the step here for the first time.
-#}
{% macro step_numerator(part, position, parts, denominator) -%}
    try_add(
        cast(try_multiply(
            cast(try_multiply(
                cast({{ rounded_up(part ~ '.units', part ~ '.step.increment') }} as decimal(38, 0)),
                {{ part }}.step.numerator
            ) as decimal(38, 0)),
            cast({{ denominator }} div {{ part }}.denominator as decimal(38, 0))
        ) as decimal(38, 0)),
        if(
            {{ part }}.step.flat_fee = 0
            or exists(
                slice({{ parts }}, 1, {{ position }}),
                earlier -> earlier.tariff_id = {{ part }}.tariff_id
                and earlier.step.step_no = {{ part }}.step.step_no
            ),
            cast(0 as decimal(38, 0)),
            cast(try_multiply({{ part }}.step.flat_fee, {{ denominator }}) as decimal(38, 0))
        )
    )
{%- endmacro %}


{#- 10^0 to 10^10 as decimal(38, 0). -#}
{% macro powers_of_ten() -%}
    array(
        {%- for exponent in range(11) -%}
            cast(1{{ '0' * exponent }} as decimal(38, 0)){{ ', ' if not loop.last }}
        {%- endfor -%}
    )
{%- endmacro %}
