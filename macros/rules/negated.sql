{#- An amount with the other sign: a minus before a decimal would give it another type on Sail. -#}
{% macro negated(amount, kind='decimal(24, 6)') -%}
    -- bounded: by one
    cast({{ amount }} * cast(-1 as decimal(1, 0)) as {{ kind }})
{%- endmacro %}
