{#-
    Rule 11: one rounding of numerator / denominator (both whole, numerator >= 0) to a whole number, by the
    tariff's mode. The remainder decides, so a tie is a tie. Null when the quotient has over 18 digits.
-#}
{% macro rounded_quotient(numerator, denominator, mode) -%}
    {%- set remainder = numerator ~ ' % ' ~ denominator -%}
    case
        when {{ numerator }} >= try_multiply({{ denominator }}, cast(1000000000000000000 as decimal(38, 0)))
            then null
        else
            cast({{ numerator }} div {{ denominator }} as decimal(38, 0))
            + case
                when {{ mode }} = 'down' then 0
                when {{ mode }} = 'up' then if({{ remainder }} > 0, 1, 0)
                when {{ remainder }} > {{ denominator }} - {{ remainder }} then 1
                when {{ remainder }} < {{ denominator }} - {{ remainder }} then 0
                when {{ mode }} = 'half_even' then ({{ numerator }} div {{ denominator }}) % 2
                else 1
            end
    end
{%- endmacro %}
