{#-
    A product of two whole numbers, not negative, as decimal(38, 0), or null when it reaches 10^34 (or one is null): the
    sum of ten thousand smaller ones is below 10^38. Factors with more than 38 digits together are never multiplied.
-#}
{% macro product_within(left, right) -%}
    -- bounded: by the digits counted
    case
        when length(cast({{ left }} as string)) + length(cast({{ right }} as string)) <= 38 then {{ within_limit(
            'cast(' ~ left ~ ' as decimal(38, 0)) * cast(' ~ right ~ ' as decimal(38, 0))'
        ) }}
    end
{%- endmacro %}


{#- The same of many rows: few have so many digits that they need be counted, which takes ten times as long. -#}
{% macro mostly_short_product(left, right) -%}
    -- bounded: 17 digits each
    case
        when {{ left }} < 100000000000000000 and {{ right }} < 100000000000000000
            then cast({{ left }} as decimal(38, 0)) * cast({{ right }} as decimal(38, 0))
        else {{ product_within(left, right) }}
    end
{%- endmacro %}


{#- A number, or null when it reaches 10^34. -#}
{% macro within_limit(number) -%}
    case when {{ number }} < cast('10000000000000000000000000000000000' as decimal(38, 0)) then {{ number }} end
{%- endmacro %}


{#-
    The rounded quotient of two decimals, or null where it has more than 18 digits or the numerator reaches 10^34 (Sail
    divides no larger one). The last two branches are one: a large divisor cannot be multiplied to compare, and need
    not be.
-#}
{% macro rounded_within(numerator, divisor, mode) -%}
    case
        when {{ numerator }} >= cast('10000000000000000000000000000000000' as decimal(38, 0)) then null
        when {{ divisor }} >= cast('10000000000000000' as decimal(38, 0))
            then cast({{ rounded_quotient(numerator, divisor, mode) }} as decimal(38, 0))
        when {{ numerator }} < {{ divisor }} * cast(1000000000000000000 as decimal(19, 0)) -- bounded: 16 and 19 digits
            then cast({{ rounded_quotient(numerator, divisor, mode) }} as decimal(38, 0))
    end
{%- endmacro %}
