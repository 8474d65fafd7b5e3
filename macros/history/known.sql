{#- The rows of a reference file that are known at the run's knowledge time. -#}
{% macro known(name) -%}
    (
        select *
        from {{ source('reference', name) }}
        where known_at <= {{ known_at() }} and (known_to is null or known_to > {{ known_at() }})
    )
{%- endmacro %}


{#- An empty end of a half-open interval is open: far enough in the past or the future. -#}
{% macro open_from(column) -%}
    coalesce({{ column }}, timestamp '0001-01-01 00:00:00')
{%- endmacro %}

{% macro open_to(column) -%}
    coalesce({{ column }}, timestamp '9999-12-31 00:00:00')
{%- endmacro %}
