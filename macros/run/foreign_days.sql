{#-
    Whether a UTC day may have usage that changed accounts were charged in another currency than theirs: written out as
    the first and the last such day, so that no other partition is read; there is none: false.
-#}
{% macro is_day_of_foreign_usage(column, cycles, accounts, changed) -%}
    {%- set found = run_query(
        'select cast(min(cycles.cycle_start) as string), cast(max(cycles.cycle_start) as string) from '
        ~ cycles ~ ' as cycles inner join ' ~ accounts ~ ' as accounts on cycles.account_id = accounts.account_id'
        ~ ' left semi join ' ~ changed ~ ' as changed on cycles.account_id = changed.account_id'
        ~ ' where cycles.currency != accounts.currency'
    ).rows[0] if execute else ['1970-01-01', '1970-01-01'] -%}
    {%- if found[0] -%}
        {{ column }} between date_add(date '{{ found[0] }}', -1) and date_add(date '{{ found[1] }}', 32)
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}
