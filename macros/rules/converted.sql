{#-
    Rule 16: an amount of at most 10 decimals in another currency, rounded half up to 10 decimals; null from 10^8 of the
    other currency on. The amount carries a sign.
-#}
{% macro converted_charge(amount, rate) -%}
    -- bounded: 18 digits, and a sign
    cast(
        cast({{ rounded_within(
            product_within('abs(' ~ in_ten_decimals(amount) ~ ')', in_ten_decimals(rate)), ten_to(10), "'half_up'"
        ) }} as decimal(18, 0))
        * cast(0.0000000001 as decimal(10, 10)) * cast(if({{ amount }} < 0, -1, 1) as decimal(1, 0))
        as decimal(28, 10)
    )
{%- endmacro %}
