{#-
    Conditions that no known record of `events` (event_id) fails, from the index of events: that it started at a
    time, or on a day, at which some of them did. They let a scan skip files and pages of history.
-#}
{% macro when_they_started(events) -%}
    {%- set times = times_of_records(events) -%}
    (
        {%- for first, last in times or [] %}
        started_at between timestamp '{{ first }}' and timestamp '{{ last }}' {{- ' or' if not loop.last }}
        {%- else %}
        {{ 'true' if times is none else 'false' }}
        {%- endfor %}
    )
{%- endmacro %}


{% macro day_they_started(events) -%}
    {%- set times = times_of_records(events) -%}
    (
        {%- for first, _ in times or [] %}
        event_date = to_date('{{ first }}') {{- ' or' if not loop.last }}
        {%- else %}
        {{ 'true' if times is none else 'false' }}
        {%- endfor %}
    )
{%- endmacro %}


{#- The first and last start of each day; none = there is no index yet. -#}
{% macro times_of_records(events) -%}
    {%- if not execute or not had_before('rated.event_index') -%}
        {{ return(none) }}
    {%- endif -%}
    {#- so many are looked up by pages of the index, more by a join with all of it -#}
    {%- set few = 200 -%}
    {%- set hashes = run_query(
        'select xxhash64(event_id) as event_hash from ' ~ events ~ ' limit ' ~ (few + 1)
    ).columns[0].values() -%}
    {%- if not hashes -%}
        {{ return([]) }}
    {%- endif -%}
    {%- set is_one = 'event_hash in (' ~ hashes | join(', ') ~ ')' -%}
    {%- set is_any = 'event_hash in (select xxhash64(event_id) from ' ~ events ~ ')' -%}
    {{ return(run_query(
        'select cast(min(started_at) as string), cast(max(started_at) as string) from '
        ~ source('last_run', 'event_index')
        ~ ' where ' ~ (is_one if hashes | length <= few else is_any)
        ~ ' group by to_date(started_at) order by 1'
    ).rows) }}
{%- endmacro %}


{#- A condition that leaves out what started before the first change: the least `column` of a relation. -#}
{% macro since_first(changes, column='changed_from', started_at='usages.started_at') -%}
    {%- if not execute or not var('change_feed_from') -%}
        true
    {%- else -%}
        {%- set first = run_query(
            'select cast(min(' ~ column ~ ') as string) from ' ~ changes
        ).columns[0].values()[0] -%}
        {{ started_at ~ " >= timestamp '" ~ first ~ "'" if first else 'false' }}
    {%- endif -%}
{%- endmacro %}
