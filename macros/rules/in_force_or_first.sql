{#-
    What the account's record in force at a moment says of a column, else its first record: a cycle has one time zone
    and one currency, a payment one. An aggregate over `periods`, the account's records.
-#}
{% macro in_force_or_first(column, moment) -%}
    coalesce(
        max(if(
            {{ moment }} >= periods.valid_from and {{ moment }} < periods.valid_to,
            periods.{{ column }},
            null
        )),
        min_by(periods.{{ column }}, periods.valid_from)
    )
{%- endmacro %}
