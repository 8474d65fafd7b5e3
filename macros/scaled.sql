{#-
    Money and units inside the rating are whole numbers, so that nothing is rounded on the way (RULES,
    principle 5): money in 10^-10 of the currency as decimal(38, 0), units in 10^-6 as bigint.
-#}
{% macro scaled_money(amount) -%}
    cast({{ amount }} * 10000000000 as decimal(38, 0))
{%- endmacro %}

{#- The quotient has at most 10 decimals, so that the division is exact. -#}
{% macro unscaled_money(scaled) -%}
    cast(cast({{ scaled }} as decimal(28, 0)) / 10000000000 as decimal(28, 10))
{%- endmacro %}

{% macro scaled_units(units) -%}
    cast({{ units }} * 1000000 as bigint)
{%- endmacro %}

{% macro unscaled_units(scaled) -%}
    cast(cast({{ scaled }} as decimal(19, 0)) / 1000000 as decimal(24, 6))
{%- endmacro %}
