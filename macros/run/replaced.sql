{#-
    The model's rows take the place of those whose `replace_keys` stand in the relation `replaced_by` (schema.name).
    Where a key's rows are what they were, nothing is written: to write one row Delta writes a whole file anew.
    `prune_on` is a partition column that both have. Fewer are replaced, then all of them, with `replace_only`, a
    condition on the `target`, and with `replace_from`, a column of its that must not be less than `changed_from` of
    the other.
-#}
{% materialization replaced, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set replaced_by = config.require('replaced_by') -%}
    {%- set prune_on = config.get('prune_on') -%}
    {%- set keys = config.require('replace_keys') + ([prune_on] if prune_on else []) -%}
    {{ run_hooks(pre_hooks) }}
    {% if config.get('replace_only') or config.get('replace_from') %}
        {{ replace_some(target, replaced_by, keys) }}
        {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {% elif execute and has_rows(replaced_by) and may_have_rows(target) %}
        {% set anew = api.Relation.create(schema='scratch', identifier=target.identifier ~ '_anew') %}
        {% set changed = api.Relation.create(schema='scratch', identifier=target.identifier ~ '_changed') %}
        {% call statement('main') %} {{ create_scratch(anew, compiled_code) }} {% endcall %}
        {% call statement('find_changed') %}
            {{ create_scratch(changed, changed_keys(target, replaced_by, anew, keys, prune_on)) }}
        {% endcall %}
        {% if has_rows(changed) %}
            {% call statement('delete_changed') %}
                merge into {{ target }} as target
                using {{ changed }} as changed
                on {{ are_equal('target', 'changed', keys) }} {{ named_partitions('target', changed, prune_on) }}
                when matched then delete
            {% endcall %}
            {% call statement('insert_changed') %}
                insert into {{ target }} by name
                select anew.* from {{ anew }} as anew
                left semi join {{ changed }} as changed on {{ are_equal('anew', 'changed', keys) }}
            {% endcall %}
        {% endif %}
    {% else %}
        {% call statement('main') %} insert into {{ target }} by name {{ compiled_code }} {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}
    {{ return({'relations': [target]}) }}
{% endmaterialization %}


{#- Deletes the rows of the keys that the model's conditions are true of. -#}
{% macro replace_some(target, replaced_by, keys) -%}
    {%- set replace_from = config.get('replace_from') -%}
    {%- set columns = keys + (['changed_from'] if replace_from else []) -%}
    {% if execute and has_rows(replaced_by) and may_have_rows(target) %}
        {% call statement('delete_replaced') %}
            merge into {{ target }} as target
            using (select distinct {{ columns | join(', ') }} from {{ replaced_by }}) as replaced
            on
                {{ are_equal('target', 'replaced', keys) }}
                {{ 'and target.' ~ replace_from ~ ' >= replaced.changed_from' if replace_from }}
                {{ 'and ' ~ config.get('replace_only') if config.get('replace_only') }}
            when matched then delete
        {% endcall %}
    {% endif %}
{%- endmacro %}


{#- The keys of which the rows are others than before, or in other numbers. -#}
{% macro changed_keys(target, replaced_by, anew, keys, prune_on) -%}
    select distinct {{ keys | join(', ') }}
    from (
        select
            {{ model.columns | join(', ') }}
        from (
            select
                {% for name in model.columns %}standing.{{ name }}, {% endfor %}
                1 as row_count
            from {{ target }} as standing
            left semi join {{ replaced_by }} as replaced on {{ are_equal('standing', 'replaced', keys) }}
            where true {{ named_partitions('standing', replaced_by, prune_on) }}
            union all
            select
                {% for column in model.columns.values() -%}
                    cast({{ column.name }} as {{ column.data_type }}) as {{ column.name }},
                {% endfor %}
                -1 as row_count
            from {{ anew }}
        ) as both_rows
        group by {{ model.columns | join(', ') }}
        having sum(row_count) != 0 -- bounded: counts
    ) as changed_rows
{%- endmacro %}


{% macro are_equal(left, right, keys) -%}
    {% for key in keys %}{{ left }}.{{ key }} = {{ right }}.{{ key }}{{ ' and ' if not loop.last }}{% endfor %}
{%- endmacro %}


{#- The partitions that a statement may touch, as literals, so that it reads no others. -#}
{% macro named_partitions(alias, relation, prune_on) -%}
    {%- if prune_on -%}
        {%- set found = run_query(
            'select distinct cast(' ~ prune_on ~ ' as string) from ' ~ relation ~ ' order by 1'
        ) -%}
        and {{ alias }}.{{ prune_on }} in (
            {%- for row in found.rows %}date '{{ row[0] }}'{{ ', ' if not loop.last }}{% endfor -%}
        )
    {%- endif -%}
{%- endmacro %}
