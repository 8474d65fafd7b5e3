{#-
    Rule 15: rounding once and allocating by largest remainder, in whole numbers. Numerators are below 10^34, which is
    what Sail divides; quotients are below 2^63.
-#}

{#- A quotient rounded half up, away from zero. -#}
{% macro half_up(numerator, denominator) -%}
    -- bounded: a numerator below 10^33, and a quotient below 2^63
    if({{ numerator }} < 0, -1L, 1L) * (
        cast(abs({{ numerator }}) * 2 + {{ denominator }} as decimal(38, 0))
        div cast({{ denominator }} * 2 as decimal(38, 0))
    )
{%- endmacro %}


{#- A quotient rounded down, to the left on the line of numbers. -#}
{% macro rounded_down(numerator, denominator) -%}
    -- bounded: a quotient below 2^63
    if(
        {{ numerator }} < 0,
        (cast(abs({{ numerator }}) + {{ denominator }} - 1 as decimal(38, 0)) div {{ denominator }}) * -1L,
        cast({{ numerator }} as decimal(38, 0)) div {{ denominator }}
    )
{%- endmacro %}


{#- Whole minor units (below 10^18) as an amount of the currency. -#}
{% macro in_major_units(units, minor_digits) -%}
    -- bounded: 18 digits and 6 more
    cast(
        cast({{ units }} as decimal(18, 0)) * cast({{ ten_to('6 - ' ~ minor_digits) }} as decimal(7, 0))
        * cast(0.000001 as decimal(6, 6)) as decimal(24, 6)
    )
{%- endmacro %}
