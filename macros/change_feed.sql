{#-
    What changed in a table since the last committed run, with `change_sign` 1 for a row that came and -1 for a
    row that went. `change_feed_from` holds each table's version at that run.
-#}
{% macro change_feed(relation) -%}
    {%- set name = relation.schema ~ '.' ~ relation.identifier -%}
    {%- set since = var('change_feed_from').get(name) -%}
    {%- set latest = run_query('describe history ' ~ relation ~ ' limit 1').rows[0]['version'] if execute else 0 -%}
    (
        {% if since is not none and latest > since %}
        select
            *,
            if(_change_type in ('insert', 'update_postimage'), 1, -1) as change_sign
        from table_changes('{{ name }}', {{ since + 1 }}, {{ latest }})
        {% else %}
        select
            *,
            1 as change_sign
        from {{ relation }}
        {{ 'where false' if since is not none }}
        {% endif %}
    )
{%- endmacro %}


{#- Whether this model's table is made from everything, not from what changed. -#}
{% macro is_rebuilt() -%}
    {{ return(not execute or load_cached_relation(this) is none or should_full_refresh()) }}
{%- endmacro %}


{#- The changes that an aggregate adds up: all rows when it is rebuilt, else those since the last run. -#}
{% macro changes_or_all(relation) -%}
    {%- if is_rebuilt() -%}
        (select *, 1 as change_sign from {{ relation }})
    {%- else -%}
        {{ change_feed(relation) }}
    {%- endif -%}
{%- endmacro %}
