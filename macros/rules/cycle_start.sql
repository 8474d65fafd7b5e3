{#- Rule 12: the last local date at or before a day on which the account's cycle begins. -#}
{% macro cycle_start(date, bill_day) -%}
    add_months(
            make_date(year({{ date }}), month({{ date }}), {{ bill_day }}),
            if(day({{ date }}) >= {{ bill_day }}, 0, -1)
        )
{%- endmacro %}
