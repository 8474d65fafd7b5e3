{#-
    What a run hands to its models: one row in the view operations.this_run, so that dbt need not parse again for
    other values. `last_run_id` is 0 when everything known is decided anew.
-#}
{% macro run_value(name, before_parsing) -%}
    {%- if execute -%}
        {{ run_query('select cast(' ~ name ~ ' as string) from operations.this_run').rows[0][0] }}
    {%- else -%}
        {{ before_parsing }}
    {%- endif -%}
{%- endmacro %}

{% macro run_id() -%} {{ run_value('run_id', '0') }} {%- endmacro %}

{% macro last_run_id() -%} {{ run_value('last_run_id', '0') }} {%- endmacro %}


{#- The run's knowledge time: what was known at that moment decides the result (docs/rules.md, principles). -#}
{% macro known_at() -%} timestamp '{{ run_value('known_at', '1970-01-01 00:00:00') }}' {%- endmacro %}
