{#- `HH:MM` (24:00 is the end of the day) as seconds after midnight. -#}
{% macro seconds_of_day(time) -%}
    {#- bounded: two digits each -#}
    cast(split_part({{ time }}, ':', 1) as int) * 3600 + cast(split_part({{ time }}, ':', 2) as int) * 60
{%- endmacro %}


{#- The number of a weekday's name, `mon` being 0. -#}
{% macro weekday_no(day) -%}
    cast((instr('montuewedthufrisatsun', {{ day }}) - 1) div 3 as int)
{%- endmacro %}
