{#-
    What only one run needs: a Parquet table below the run's scratch folder, made anew by each run. It has no history
    and no log, and goes with the folder.
-#}
{% materialization scratch, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set partition = config.get('partition_by') -%}
    {{ run_hooks(pre_hooks) }}
    {% call statement('main') %} {{ create_scratch(target, compiled_code, partition) }} {% endcall %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{% macro create_scratch(target, code, partition=none) -%}
    {%- do forget(target) -%}
    create table {{ target }}
    using parquet
    options ({{ scratch_options() }})
    {{ 'partitioned by (' ~ partition ~ ')' if partition }}
    location '{{ scratch_place(target) }}'
    as {{ code }}
{%- endmacro %}


{#- A cluster's catalog still knows the tables of the run before; a new session of Sail knows none. -#}
{% macro forget(target) -%}
    {%- if load_cached_relation(target) -%}
        {%- do run_query('drop table if exists ' ~ target) -%}
    {%- endif -%}
{%- endmacro %}


{% macro scratch_place(target) -%}
    {{ scratch_root() }}/{{ invocation_id }}/{{ target.identifier }}
{%- endmacro %}


{#-
    A scratch table is written once and read a few times by the same run: packing it tightly costs more than it saves.
    The last two are Sail's (Spark takes no notice): small dictionaries, and minima and maxima by row group only.
-#}
{% macro scratch_options() -%}
    'compression' = 'uncompressed', 'dictionary_page_size_limit' = '65536', 'statistics_enabled' = 'chunk'
{%- endmacro %}


{#-
    A scratch table that a statement fills pass after pass: `passes` gives how many, `pass_no` in the model's text is
    the pass at hand. Each pass reads what the ones before it wrote, and appends. The table has the columns that the
    model's description lists, in the order in which the statement gives them.
-#}
{% materialization scratch_in_passes, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set count = run_query(config.require('passes')).rows[0][0] | int -%}
    {{ run_hooks(pre_hooks) }}
    {%- do forget(target) %}
    {% call statement('main') %}
        create table {{ target }} ({{ typed_columns(model) }})
        using parquet
        options ({{ scratch_options() }})
        location '{{ scratch_place(target) }}'
    {% endcall %}
    {% for pass_no in range(1, count + 1) %}
        {% call statement('pass_' ~ pass_no) %}
            insert into {{ target }} {{ compiled_code | replace(':pass_no', pass_no) }}
        {% endcall %}
    {% endfor %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}
