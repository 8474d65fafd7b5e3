{#-
    Rule 16: an amount of at most 10 decimals in another currency, rounded half up to 10 decimals; null from 10^8 of the
    other currency on. The amount carries a sign.
-#}
{% macro converted_charge(amount, rate) -%}
    -- bounded: 18 digits, and a sign
    cast(
        cast({{ rounded_units(
            product_within('abs(' ~ in_ten_decimals(amount) ~ ')', in_ten_decimals(rate))
        ) }} as decimal(18, 0))
        * cast(0.0000000001 as decimal(10, 10)) * cast(if({{ amount }} < 0, -1, 1) as decimal(1, 0))
        as decimal(28, 10)
    )
{%- endmacro %}


{#- Units of 10^-10 of a number of 10^-20, rounded half up; null where they have more than 18 digits. -#}
{% macro rounded_units(number) -%}
    -- bounded: 10^28
    case when {{ number }} < cast('9999999999999999995000000000' as decimal(38, 0)) then
        ({{ number }} + cast(5000000000 as decimal(10, 0))) div cast(10000000000 as decimal(11, 0))
    end
{%- endmacro %}
