{#- The run's knowledge time: what was known at that moment decides the result (RULES, principle 2). -#}
{% macro knowledge_time() -%}
    timestamp '{{ var("as_of") or run_started_at.strftime("%Y-%m-%d %H:%M:%S.%f") }}'
{%- endmacro %}


{#- The rows of a reference history that are known at the run's knowledge time. -#}
{% macro known(relation) -%}
    (
        select *
        from {{ relation }}
        where
            known_at <= {{ knowledge_time() }}
            and (known_to is null or known_to > {{ knowledge_time() }})
    )
{%- endmacro %}
