{#- Whether the last committed run left a table of this name (schema.table). -#}
{% macro had_before(name) -%}
    {{ return(var('change_feed_from').get(name) is not none) }}
{%- endmacro %}
