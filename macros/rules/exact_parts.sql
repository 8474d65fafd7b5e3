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


{#- How many decimals a number has, at most 10: those up to the first that leaves no rest. -#}
{% macro decimals_of(number) -%}
    {%- set whole = in_ten_decimals(number) -%}
    case
        when {{ whole }} is null then 0
        {%- for decimals in range(10) %}
        when {{ whole }} % {{ ten_to(10 - decimals) }} = 0 then {{ decimals }}
        {%- endfor %}
        else 10
    end
{%- endmacro %}


{#- 10 to a power up to 37. Floating point has those up to 22 exactly, and bigint up to 18; text takes longer. -#}
{% macro ten_to(power) -%}
    {%- if power is number -%}
    cast('1{{ '0' * power }}' as decimal(38, 0))
    {%- else -%}
    case
        when {{ power }} <= 18 then cast(cast(pow(10, {{ power }}) as bigint) as decimal(38, 0))
        else cast(rpad('1', cast({{ power }} as int) + 1, '0') as decimal(38, 0))
    end
    {%- endif -%}
{%- endmacro %}


{#- A number without its sign, as a whole number of so many decimals, or null where that has more than 18 digits. -#}
{% macro whole_of(number, decimals) -%}
    {%- set whole = 'abs(' ~ in_ten_decimals(number) ~ ') div ' ~ ten_to('10 - (' ~ decimals ~ ')') -%}
    case when {{ whole }} < 1000000000000000000 then {{ whole }} end
{%- endmacro %}
