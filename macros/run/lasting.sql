{#-
    What lasts: Delta tables that a run adds to. They are made empty, with the columns that their contract names,
    before the first model runs, so that every model finds its past, if only an empty one. Runs make the checkpoints
    (ingestion/catalog.py), so that a committed version can be read while one works.
-#}
{% macro create_lasting_tables() -%}
    {%- if not execute -%}{{ return('') }}{%- endif -%}
    {%- for node in graph.nodes.values() if node.config.materialized in ('appended', 'replaced', 'summed')
            and not load_cached_relation(api.Relation.create(schema=node.schema, identifier=node.alias)) %}
        {%- set partitions = node.config.get('partition_by') -%}
        {%- set properties = "'delta.checkpointInterval' = '1000000', 'delta.dataSkippingStatsColumns' = '"
            ~ node.config.get('statistics_on') | join(',') ~ "'" -%}
        {%- do run_query(
            'create table if not exists ' ~ node.schema ~ '.' ~ node.alias
            ~ ' (' ~ typed_columns(node) ~ ') using delta'
            ~ (' partitioned by (' ~ partitions | join(', ') ~ ')' if partitions else '')
            ~ ' tblproperties (' ~ properties ~ ')'
        ) -%}
    {%- endfor -%}
{%- endmacro %}


{#- The columns that a model's description lists, with their types, as a table is created with them. -#}
{% macro typed_columns(node) -%}
    {% for column in node.columns.values() -%}
        {{ column.name }} {{ column.data_type }}{{ ', ' if not loop.last }}
    {%- endfor %}
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
    Exact sums by key: what a run adds to a row, less what it takes away, in one merge. `sums` are added, all other
    columns are taken from the change. A row whose sums fall to 0 stays: it says that there is nothing any more. With
    `leaves_out_nothing` a change of all sums by 0 is left out (of a key that is new, one of them never is 0). A merge
    reads only the partitions that have changes, so that its work does not grow with what there was before.
-#}
{% materialization summed, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set keys = config.require('sum_keys') -%}
    {%- set sums = config.require('sums') -%}
    {{ run_hooks(pre_hooks) }}
    {% if execute and not may_have_rows(target) %}
        {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {% else %}
        {% set changes = api.Relation.create(schema='scratch', identifier=target.identifier ~ '_changes') %}
        {% call statement('main') %}
            {{ create_scratch(changes, sums_to_add(sums if config.get('leaves_out_nothing') else [])) }}
        {% endcall %}
        {% if has_rows(changes) %}
            {% call statement('add') %} {{ add_sums(target, changes, keys, sums) }} {% endcall %}
        {% endif %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#- The model's rows, without those that add 0 to all of the sums named. -#}
{% macro sums_to_add(sums) -%}
    {# a line of its own ends what the model may say last: a comment #}
    select * from ({{ compiled_code }}
    ) as changes
    {% if sums -%}
        where {% for name in sums %}{{ name }} != 0{{ ' or ' if not loop.last }}{% endfor %}
    {%- endif %}
{%- endmacro %}


{% macro add_sums(target, changes, keys, sums) -%}
    merge into {{ target }} as target
    using {{ changes }} as change
    on {{ are_equal('target', 'change', keys) }} {{ named_partitions('target', changes, config.get('prune_on')) }}
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
{%- endmacro %}


{#- Whether a table that lasts holds anything. After a run it does, and what is done to rows is right for none. -#}
{% macro may_have_rows(target) -%}
    {{ return(last_run_id() | int > 0 or has_rows(target)) }}
{%- endmacro %}


{% macro has_rows(relation) -%}
    {{ return(run_query('select 1 as found from ' ~ relation ~ ' limit 1').rows | length > 0) }}
{%- endmacro %}
