{#-
    A table in which a run replaces whole keys and appends the rest: first the rows whose keys stand in
    `replaced_by` (schema.model; nothing is scanned when it is empty) are deleted, with deletion vectors, in
    partitions that it names; then the model's rows are appended. Work grows with what changed.

    config: replace_keys (columns), replaced_by, prune_on (a partition column that replaced_by has too),
    partition_by, statistics_on (columns whose minima and maxima Delta keeps; never an identity).
-#}
{% materialization replaced_rows, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}


    {{ run_hooks(pre_hooks) }}
    {% if is_rebuilt() %}
        {% call statement('main') %}
            {{ created_with_changes(target) }}
            as {{ compiled_code }}
        {% endcall %}
    {% else %}
        {% do delete_replaced_rows(target) %}
        {% call statement('main') %}
            insert into {{ target }} by name
            {{ compiled_code }}
        {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{% macro delete_replaced_rows(target) -%}
    {%- set keys = config.require('replace_keys') -%}
    {%- set prune_on = config.get('prune_on') -%}
    {%- set replaced = config.require('replaced_by') -%}
    {%- set named = keys + ([prune_on] if prune_on else []) -%}
    {%- set touched = run_query(
        'select ' ~ ('distinct cast(' ~ prune_on ~ ' as string)' if prune_on else '1') ~ ' from ' ~ replaced
        ~ ('' if prune_on else ' limit 1')
    ) -%}
    {% if touched.rows %}
        {% call statement('delete_replaced') %}
            merge into {{ target }} as target
            using (select distinct {{ named | unique | join(', ') }} from {{ replaced }}) as replaced
                on
                {% for key in keys -%}
                    target.{{ key }} = replaced.{{ key }}{{ ' and ' if not loop.last }}
                {%- endfor %}
                {% if prune_on %}
                and target.{{ prune_on }} = replaced.{{ prune_on }}
                and target.{{ prune_on }} in (
                    {%- for row in touched.rows %}date '{{ row[0] }}'{{ ', ' if not loop.last }}{% endfor -%}
                )
                {% endif %}
            when matched then delete
        {% endcall %}
    {% endif %}
{%- endmacro %}
