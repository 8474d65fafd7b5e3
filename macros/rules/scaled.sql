{#-
    Money and units inside the rating are whole numbers, so that nothing is rounded on the way: money in 10^-10 of the
    currency, units in 10^-6. Both are multiplied, never divided: a quotient's scale differs between engines.
    Amounts of the reference are below 10^12, quantities too (larger ones are suspended before).
-#}
{% macro scaled_money(amount) -%}
    cast(cast({{ amount }} as decimal(22, 10)) * cast(10000000000 as decimal(11, 0)) as decimal(38, 0))
{%- endmacro %}

{#- Charges are below 10^17 (see is_amount_in_range): 27 digits. -#}
{% macro unscaled_money(scaled) -%}
    cast(cast({{ scaled }} as decimal(27, 0)) * cast(0.0000000001 as decimal(10, 10)) as decimal(28, 10))
{%- endmacro %}

{#- Money as a bigint, or null where it has more than 18 digits. -#}
{% macro short_money(scaled) -%}
    case when {{ scaled }} < 1000000000000000000 then cast({{ scaled }} as bigint) end
{%- endmacro %}

{#- One unit of the last digit that a tariff rounds to, in 10^-10 of the currency. -#}
{% macro rounding_unit(scale) -%}
    cast(pow(10, 10 - {{ scale }}) as bigint)
{%- endmacro %}

{% macro scaled_units(units) -%}
    cast(cast({{ units }} as decimal(18, 6)) * cast(1000000 as decimal(7, 0)) as bigint)
{%- endmacro %}

{% macro unscaled_units(scaled) -%}
    cast(cast({{ scaled }} as decimal(24, 0)) * cast(0.000001 as decimal(6, 6)) as decimal(24, 6))
{%- endmacro %}


{#- An open end of steps, farther than any units reach. -#}
{% macro no_end() -%} 9000000000000000000 {%- endmacro %}
