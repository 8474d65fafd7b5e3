{#-
    Whether a UTC day may have usage of the cycles that the run computes: written out, so that no other partition is
    read. Few stretches are named one by one, many by their first and last day.
-#}
{% macro is_day_of_cycles(column, cycles) -%}
    {%- set few = 30 -%}
    {%- set found = run_query(
        'select distinct cast(to_date(cycle_from) as string), cast(to_date(cycle_to) as string) from ' ~ cycles
        ~ ' order by 1, 2'
    ).rows if execute else [] -%}
    {%- if found | length > few -%}
        {{ column }} between date '{{ found[0][0] }}' and date '{{ found | map(attribute=1) | max }}'
    {%- elif found -%}
        ({% for row in found -%}
            {{ column }} between date '{{ row[0] }}' and date '{{ row[1] }}'{{ ' or ' if not loop.last }}
        {%- endfor %})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
