{#-
    Whether a column's value stands in a column of a relation. A few values are written out, so that a scan of history
    skips what cannot hold them; many are joined.
-#}
{% macro is_among(column, relation, of_column) -%}
    {%- set few = 200 -%}
    {%- set found = run_query(
        'select distinct cast(' ~ of_column ~ ' as string) as value from ' ~ relation ~ ' limit ' ~ (few + 1)
    ).columns[0].values() if execute else [] -%}
    {%- if not execute or found | length > few -%}
        {{ column }} in (select {{ of_column }} from {{ relation }})
    {%- elif found -%}
        {{ column }} in ({{ found | join(', ') }})
    {%- else -%}
        false
    {%- endif -%}
{%- endmacro %}


{#- A condition that leaves out what started before the least `column` of a relation; nothing is in it: false. -#}
{% macro is_since_first(started_at, relation, column) -%}
    {%- set first = run_query(
        'select cast(min(' ~ column ~ ') as string) as first from ' ~ relation
    ).rows[0][0] if execute else '1970-01-01 00:00:00' -%}
    {{ started_at ~ " >= timestamp '" ~ first ~ "'" if first else 'false' }}
{%- endmacro %}


{#- The same for a column of UTC days: from the day of the least `column` on. -#}
{% macro is_since_first_day(day, relation, column) -%}
    {%- set first = run_query(
        'select cast(to_date(min(' ~ column ~ ')) as string) as first from ' ~ relation
    ).rows[0][0] if execute else '1970-01-01' -%}
    {{ day ~ " >= date '" ~ first ~ "'" if first else 'false' }}
{%- endmacro %}
