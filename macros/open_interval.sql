{#- An empty end of a half-open interval is open: far enough in the past or the future. -#}
{% macro open_from(column) -%}
    coalesce({{ column }}, timestamp '0001-01-01 00:00:00')
{%- endmacro %}

{% macro open_to(column) -%}
    coalesce({{ column }}, timestamp '9999-12-31 00:00:00')
{%- endmacro %}
