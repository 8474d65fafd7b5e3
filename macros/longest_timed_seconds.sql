{#- A timed event longer than 31 days is a fault of its source; it is suspended, not rated. -#}
{% macro longest_timed_seconds() -%} 2678400 {%- endmacro %}
