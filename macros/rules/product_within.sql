{#-
    A product of whole numbers as decimal(38, 0), or null when its factors have more than 34 digits together (or one is
    null): what has no more is below 10^34, so that the sum of ten thousand such products is below 10^38.
-#}
{% macro product_within(factors) -%}
    case
        when
            {% for factor in factors -%}
                length(cast({{ factor }} as string)){{ ' + ' if not loop.last }}
            {%- endfor %} <= 34
            then
                {# bounded: by the digits just counted #}
                {% for factor in factors -%}
                    cast({{ factor }} as decimal(38, 0)){{ ' * ' if not loop.last }}
                {%- endfor %}
    end
{%- endmacro %}


{#- The rounded quotient of two decimals, or null where it has more than 18 digits. -#}
{% macro rounded_within(numerator, divisor, mode) -%}
    case
        when {{ divisor }} >= cast('100000000000000000000' as decimal(38, 0))
            or {{ numerator }} < {{ divisor }} * cast(1000000000000000000 as decimal(19, 0))
            then cast({{ rounded_quotient(numerator, divisor, mode) }} as decimal(38, 0))
    end
{%- endmacro %}
