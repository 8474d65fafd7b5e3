{#-
    Whether a cycle may be one of which the run wrote a statement: written out as the first and the last of them, so
    that a scan of history skips the others; none were written: false.
-#}
{% macro is_cycle_of_run(column, statements) -%}
    {%- set found = run_query(
        'select cast(min(cycle_start) as string), cast(max(cycle_start) as string) from ' ~ statements
        ~ ' where run_id = ' ~ run_id()
    ).rows[0] if execute else ['1970-01-01', '1970-01-01'] -%}
    {%- if found[0] -%}
        {{ column }} between date '{{ found[0] }}' and date '{{ found[1] }}'
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
