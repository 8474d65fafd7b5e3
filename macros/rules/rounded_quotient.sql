{#-
    Rule 11: one rounding of numerator / denominator (whole, not negative) to a whole number, by the tariff's mode.
    The remainder decides, so a tie is a tie. Both of one type; the quotient is below 2^63.
-#}
{% macro rounded_quotient(numerator, denominator, mode) -%}
    -- bounded: a quotient below 2^63 - 1
    {{ numerator }} div {{ denominator }} + case
        when {{ mode }} = 'down' or {{ numerator }} % {{ denominator }} = 0 then 0L
        when {{ mode }} = 'up' then 1L
        when {{ numerator }} % {{ denominator }} > {{ denominator }} - {{ numerator }} % {{ denominator }} then 1L
        when {{ numerator }} % {{ denominator }} < {{ denominator }} - {{ numerator }} % {{ denominator }} then 0L
        when {{ mode }} = 'half_even' then ({{ numerator }} div {{ denominator }}) % 2
        else 1L
    end
{%- endmacro %}
