{#-
    What lasts: Delta tables that a run adds to. They are made empty, with the columns that their contract names,
    before the first model runs, so that every model finds its past, if only an empty one. Runs make the checkpoints
    (ingestion/catalog.py), so that a committed version can be read while one works.
-#}
{% macro create_lasting_tables() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- for node in graph.nodes.values() if node.config.materialized in ('appended', 'replaced', 'summed') %}
        {%- set columns = [] -%}
        {%- for column in node.columns.values() -%}
            {%- do columns.append(column.name ~ ' ' ~ column.data_type) -%}
        {%- endfor -%}
        {%- set partitions = node.config.get('partition_by') -%}
        {%- set properties = "'delta.checkpointInterval' = '1000000', 'delta.dataSkippingStatsColumns' = '"
            ~ node.config.get('statistics_on') | join(',') ~ "'" -%}
        {%- do run_query(
            'create table if not exists ' ~ node.schema ~ '.' ~ node.alias
            ~ ' (' ~ columns | join(', ') ~ ') using delta'
            ~ (' partitioned by (' ~ partitions | join(', ') ~ ')' if partitions else '')
            ~ ' tblproperties (' ~ properties ~ ')'
        ) -%}
    {%- endfor -%}
{%- endmacro %}


{#- Appends the model's rows: for what is never decided again. -#}
{% materialization appended, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#-
    Deletes the rows whose `replace_keys` stand in the relation `replaced_by` (schema.name; nothing is scanned when it
    is empty), then appends the model's rows. `prune_on` is a partition column that both have. Fewer are deleted with
    `replace_only`, a condition on the `target`, and with `replace_from`, a column of its that must not be less than
    `changed_from` of the other.
-#}
{% materialization replaced, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set replaced_by = config.require('replaced_by') -%}
    {%- set prune_on = config.get('prune_on') -%}
    {%- set keys = config.require('replace_keys') + ([prune_on] if prune_on else []) -%}
    {%- set replace_from = config.get('replace_from') -%}
    {%- set from_columns = keys + (['changed_from'] if replace_from else []) -%}
    {{ run_hooks(pre_hooks) }}
    {% if execute and run_query('select 1 as found from ' ~ replaced_by ~ ' limit 1').rows %}
        {% call statement('delete_replaced') %}
            merge into {{ target }} as target
            using (select distinct {{ from_columns | join(', ') }} from {{ replaced_by }}) as replaced
            on
                {% for key in keys -%}
                    target.{{ key }} = replaced.{{ key }}{{ ' and ' if not loop.last }}
                {%- endfor %}
                {{ named_partitions(replaced_by, prune_on) if prune_on }}
                {{ 'and target.' ~ replace_from ~ ' >= replaced.changed_from' if replace_from }}
                {{ 'and ' ~ config.get('replace_only') if config.get('replace_only') }}
            when matched then delete
        {% endcall %}
    {% endif %}
    {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#- The partitions that a merge may touch, as literals, so that it reads no others. -#}
{% macro named_partitions(relation, prune_on) -%}
    {%- set found = run_query('select distinct cast(' ~ prune_on ~ ' as string) from ' ~ relation ~ ' order by 1') -%}
    and target.{{ prune_on }} in (
        {%- for row in found.rows %}date '{{ row[0] }}'{{ ', ' if not loop.last }}{% endfor -%}
    )
{%- endmacro %}


{#-
    Exact sums by key: what a run adds to a row, less what it takes away, in one merge. `sums` are added, all other
    columns are taken from the change. A row whose sums fall to 0 stays: it says that there is nothing any more.
-#}
{% materialization summed, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set keys = config.require('sum_keys') -%}
    {%- set sums = config.require('sums') -%}
    {{ run_hooks(pre_hooks) }}
    {% if execute and not run_query('select 1 as found from ' ~ target ~ ' limit 1').rows %}
        {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {% else %}
        {% call statement('main') %}
            merge into {{ target }} as target
            using ({{ compiled_code }}) as change
            on
                {% for key in keys -%}
                    target.{{ key }} = change.{{ key }}{{ ' and ' if not loop.last }}
                {%- endfor %}
            when matched then update set
                {% for name in model.columns if name not in keys -%}
                    {# bounded: below 10^12 events of amounts below 10^17 each #}
                    {{ name }} = {{ 'target.' ~ name ~ ' + ' if name in sums }}change.{{ name }}
                    {{- ', ' if not loop.last }}
                {%- endfor %}
            when not matched then insert (
                {{ model.columns | join(', ') }}
            ) values (
                {% for name in model.columns %}change.{{ name }}{{ ', ' if not loop.last }}{% endfor %}
            )
        {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
