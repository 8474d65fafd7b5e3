{#-
    Seeds are reference data with history: Spark reads the CSV, rows that are new are added as known from
    this run on, rows that are gone are closed, nothing is rewritten. A seed whose file did not change is
    left alone. The folder is `reference_folder`; an absent file counts as empty.
-#}
{% materialization seed, adapter='spark' %}
    {%- set relation = this.incorporate(type='table') -%}
    {%- set columns = model['columns'].values() | list -%}
    {%- set names = '`' ~ columns | map(attribute='name') | join('`, `') ~ '`' -%}
    {%- set changed = var('changed_reference') -%}

    {% if changed == 'all' or model['name'] in changed or load_cached_relation(this) is none %}
        {% do read_delivered_seed(model['name'], columns) %}
        {% if load_cached_relation(this) is none %}
        {% call statement('main') %}
            create table {{ relation }}
            using delta
            as {{ known_from_now_on('select * from delivered_' ~ model['name']) }}
        {% endcall %}
        {% else %}
        {% call statement('main') %}
            merge into {{ relation }} as history
            using (
                select {{ names }}, sum(change) as change
                from (
                    select {{ names }}, 1 as change from delivered_{{ model['name'] }}
                    union all
                    select {{ names }}, -1 as change from {{ relation }} where known_to is null
                )
                group by {{ names }}
                having sum(change) != 0
            ) as changed
                on history.known_to is null
                and changed.change < 0
                {% for column in columns -%}
                    and history.`{{ column['name'] }}` <=> changed.`{{ column['name'] }}`
                {% endfor %}
            when matched then update set
                known_to = {{ knowledge_time() }}, closed_run_id = {{ var('run_id') }}
            when not matched and changed.change > 0 then insert
                ({{ names }}, known_at, known_to, run_id, closed_run_id)
            values (
                {% for column in columns %}changed.`{{ column['name'] }}`, {% endfor %}
                {{ knowledge_time() }}, null, {{ var('run_id') }}, null
            )
        {% endcall %}
        {% endif %}
    {% else %}
        {% call noop_statement('main', 'unchanged') %}{% endcall %}
    {% endif %}

    {#- dbt shows a seed's first rows when asked to; this one has none at hand -#}
    {% do store_result('agate_table', response='OK', agate_table=none) %}
    {{ return({'relations': [relation]}) }}
{% endmaterialization %}


{#- Rows with the columns of knowledge: known from this run on. -#}
{% macro known_from_now_on(rows) -%}
    select
        *,
        {{ knowledge_time() }} as known_at,
        cast(null as timestamp) as known_to,
        cast({{ var('run_id') }} as bigint) as run_id,
        cast(null as bigint) as closed_run_id
    from ({{ rows }})
{%- endmacro %}


{#- The delivered file as a temporary view with the contract's columns and types; a column it lacks is null. -#}
{% macro read_delivered_seed(name, columns) -%}
    {%- set path = var('reference_folder') ~ '/' ~ name ~ '.csv' -%}
    {%- set present = name in var('present_reference', []) or var('changed_reference') == 'all' -%}
    {%- set found = [] -%}
    {% if present %}
        {% call statement('delivered_file') %}
            create or replace temporary view delivered_file_{{ name }}
            using csv
            options (
                path '{{ path | replace("'", "\\'") }}', header 'true', multiLine 'true', escape '"', mode 'FAILFAST',
                ignoreLeadingWhiteSpace 'false', ignoreTrailingWhiteSpace 'false'
            )
        {% endcall %}
        {% for column in adapter.get_columns_in_relation(api.Relation.create(identifier='delivered_file_' ~ name)) %}
            {% do found.append(column.name) %}
        {% endfor %}
    {% endif %}
    {% call statement('delivered') %}
        create or replace temporary view delivered_{{ name }} as
        select
            {% for column in columns -%}
                {%- if column['name'] in found -%}
                    cast(nullif(`{{ column['name'] }}`, '') as {{ column['data_type'] }})
                {%- else -%}
                    cast(null as {{ column['data_type'] }})
                {%- endif %} as `{{ column['name'] }}`{{ ', ' if not loop.last }}
            {% endfor %}
        {% if found %} from delivered_file_{{ name }} {% else %} where false {% endif %}
    {% endcall %}
{%- endmacro %}
