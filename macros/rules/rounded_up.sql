{#- Rule 9: units rounded up to whole increments; an empty increment rounds nothing. Both are below 10^18. -#}
{% macro rounded_up(units, increment) -%}
    -- bounded: below 10^18 each
    coalesce(({{ units }} + {{ increment }} - 1) div {{ increment }} * {{ increment }}, {{ units }})
{%- endmacro %}
