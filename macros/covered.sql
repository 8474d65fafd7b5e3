{#- Rule 7: the values that a tariff's column covers: the one that it names, or with `*` all of them. -#}
{% macro covered(column, all_values) -%}
    if({{ column }} = '*', {{ all_values }}, array({{ column }}))
{%- endmacro %}
