{#-
    What a run hands to its models, by the environment: variables of dbt's own would make it parse all files again
    whenever one changes. They are read while models run, never while they are parsed. Without them (dbt by hand)
    everything known by now is decided anew.
-#}
{% macro run_value(name, default) -%}
    {{ env_var('RATELAKE_THIS_' ~ name, default) if execute else default }}
{%- endmacro %}

{% macro run_id() -%} {{ run_value('RUN_ID', '1') }} {%- endmacro %}

{#- The last committed run: 0 when everything known is decided anew. -#}
{% macro last_run_id() -%} {{ run_value('LAST_RUN_ID', '0') }} {%- endmacro %}

{#- The run's knowledge time: what was known at that moment decides the result (docs/rules.md, principles). -#}
{% macro known_at() -%}
    timestamp '{{ run_value('KNOWN_AT', run_started_at) }}'
{%- endmacro %}

{#- Cycles that ended after the one and until the other close in this run (docs/billing.md, rule 17). -#}
{% macro closed_before() -%} timestamp '{{ run_value('CLOSED_BEFORE', '0001-01-01 00:00:00') }}' {%- endmacro %}

{% macro closed_until() -%} timestamp '{{ run_value('CLOSED_UNTIL', run_started_at) }}' {%- endmacro %}

{#- What names the models: a hash of all that says how rating and billing are done. -#}
{% macro code_version() -%} '{{ run_value('MODELS', 'by hand') }}' {%- endmacro %}

{#- The folder of what only this run needs. -#}
{% macro scratch_root() -%} {{ run_value('SCRATCH', target.get('scratch', '/tmp/ratelake')) }} {%- endmacro %}
