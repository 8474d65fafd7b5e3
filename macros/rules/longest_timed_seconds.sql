{#- A timed event is at most 31 days long, or a fault of its source: it is suspended. The first length too long. -#}
{% macro longest_timed_seconds() -%} 2678400.000001 {%- endmacro %}
