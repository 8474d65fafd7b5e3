{#-
    Rule 12: the last local date at or before a day on which the account's cycle begins. Of its parts, each a number: to
    add months takes Sail three times as long.
-#}
{% macro cycle_start(date, bill_day) -%}
    make_date(
            if(day({{ date }}) >= {{ bill_day }} or month({{ date }}) > 1, year({{ date }}), year({{ date }}) - 1),
            case
                when day({{ date }}) >= {{ bill_day }} then month({{ date }})
                when month({{ date }}) = 1 then 12
                else month({{ date }}) - 1
            end,
            {{ bill_day }}
        )
{%- endmacro %}
