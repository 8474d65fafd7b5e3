{#- The weekdays (0 = Monday) that a band's `days` name: `mon-fri`, `sat,sun`, `*`; `holiday` names none. -#}
{% macro days_of_week(days) -%}
    {%- set names = "array('mon', 'tue', 'wed', 'thu', 'fri', 'sat', 'sun')" -%}
    flatten(transform(
        split(lower(replace({{ days }}, ' ', '')), ','),
        part -> case
            when part = '*' then sequence(0, 6)
            when array_contains({{ names }}, part) then array(cast(array_position({{ names }}, part) - 1 as int))
            when part like '%-%' then filter(
                sequence(0, 6),
                day_no -> pmod(day_no - (array_position({{ names }}, split_part(part, '-', 1)) - 1), 7)
                <= pmod(
                    array_position({{ names }}, split_part(part, '-', 2))
                    - array_position({{ names }}, split_part(part, '-', 1)),
                    7
                )
            )
            else cast(array() as array<int>)
        end
    ))
{%- endmacro %}


{#- `HH:MM` (24:00 is the end of the day) as seconds after midnight. -#}
{% macro seconds_of_day(time) -%}
    cast(split_part({{ time }}, ':', 1) as int) * 3600 + cast(split_part({{ time }}, ':', 2) as int) * 60
{%- endmacro %}
