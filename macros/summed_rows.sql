{#-
    A table of exact sums by key: a run adds what came and takes away what went, in one MERGE, so that its work
    grows with what changed. A key whose `row_count` falls to 0 goes. Decimals and counts add without
    rounding, so the sums are those of a full rebuild.

    config: sum_keys, sums, row_count (the sum that counts rows), newest (columns taken from the change),
    partition_by, statistics_on.
-#}
{% materialization summed_rows, adapter='spark' %}
    {%- set target = this.incorporate(type='table') -%}
    {%- set keys = config.require('sum_keys') -%}
    {%- set sums = config.require('sums') -%}
    {%- set newest = config.get('newest', []) -%}

    {{ run_hooks(pre_hooks) }}
    {% if is_rebuilt() %}
        {% call statement('main') %}
            {{ created_with_changes(target) }}
            as {{ compiled_code }}
        {% endcall %}
    {% else %}
        {% call statement('main') %}
            merge into {{ target }} as target
            using ({{ compiled_code }}) as change
                on
                {% for key in keys -%}
                    target.{{ key }} <=> change.{{ key }}{{ ' and ' if not loop.last }}
                {%- endfor %}
            when matched and target.{{ config.require('row_count') }} + change.{{ config.require('row_count') }} = 0
                then delete
            when matched and (
                {%- for sum in sums %}change.{{ sum }} != 0{{ ' or ' if not loop.last }}{% endfor -%}
            ) then update set
                {% for sum in sums -%}
                    {{ sum }} = target.{{ sum }} + change.{{ sum }}{{ ', ' if not loop.last or newest }}
                {%- endfor %}
                {% for column in newest -%}
                    {{ column }} = change.{{ column }}{{ ', ' if not loop.last }}
                {%- endfor %}
            when not matched and change.{{ config.require('row_count') }} != 0 then insert *
        {% endcall %}
    {% endif %}
    {{ run_hooks(post_hooks) }}

    {{ return({'relations': [target]}) }}
{% endmaterialization %}
