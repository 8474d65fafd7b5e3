{#-
    Exact amounts of a cycle are whole numbers over one denominator: powers of ten for the decimals that its amounts,
    rates and percents have, and the days of its months (rules 13 to 16). These make the whole numbers.
-#}

{#- A number of at most 16 digits before the dot, in 10^-10, as a whole number; null where it has more. -#}
{% macro in_ten_decimals(number) -%}
    -- bounded: 16 digits before the dot and 10 after it
    case when abs({{ number }}) < cast('10000000000000000' as decimal(38, 10)) then
        cast(cast({{ number }} as decimal(26, 10)) * cast(10000000000 as decimal(11, 0)) as decimal(38, 0))
    end
{%- endmacro %}


{#- A number of at most 24 digits before the dot, rounded to 10^-4, as a whole number. -#}
{% macro in_four_decimals(number) -%}
    -- bounded: 24 digits before the dot and 4 after it
    cast(cast({{ number }} as decimal(28, 4)) * cast(10000 as decimal(5, 0)) as decimal(38, 0))
{%- endmacro %}


{#- How many decimals a number has, without zeros at its end. -#}
{% macro decimals_of(number) -%}
    -- bounded: at most 10
    case
        when {{ number }} = 0 then 0
        else greatest(
            0,
            10 - length(cast({{ in_ten_decimals(number) }} as string))
            + length(regexp_replace(cast({{ in_ten_decimals(number) }} as string), '0+$', ''))
        )
    end
{%- endmacro %}


{#- 10 to a power up to 37. -#}
{% macro ten_to(power) -%}
    cast(rpad('1', cast({{ power }} as int) + 1, '0') as decimal(38, 0))
{%- endmacro %}


{#- A number without its sign, as a whole number of so many decimals, or null where that has more than 18 digits. -#}
{% macro whole_of(number, decimals) -%}
    case when length(cast(abs({{ in_ten_decimals(number) }}) as string)) - 10 + {{ decimals }} <= 18 then
        abs({{ in_ten_decimals(number) }}) div {{ ten_to('10 - (' ~ decimals ~ ')') }}
    end
{%- endmacro %}
