{#-
    The steps of a tariff with their numerators on the tariff's common denominator. An open last step, and
    one whose price holds beyond it (`last_price`), reaches as far as units go.
-#}
{% macro steps_on_denominator(steps, denominator, beyond_last_step) -%}
    transform({{ steps }}, (step, position) -> struct(
        step.step_no as step_no,
        step.low as low,
        if(
            {{ beyond_last_step }} = 'last_price' and position = size({{ steps }}) - 1,
            9000000000000000000,
            coalesce(step.high, 9000000000000000000)
        ) as high,
        step.increment as increment,
        step.flat_fee as flat_fee,
        cast(step.numerator * ({{ denominator }} div step.denominator) as decimal(38, 0)) as numerator
    ))
{%- endmacro %}
