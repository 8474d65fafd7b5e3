{#-
    What tells a line of a statement apart, as one text: its parts with `/` between them, which inside a part is written
    `%2F`. It is the same in every version of a statement.
-#}
{% macro line_key(parts) -%}
    concat_ws(
        '/',
        {%- for part in parts %}
        replace(replace(coalesce(cast({{ part }} as string), ''), '%', '%25'), '/', '%2F'){{ ',' if not loop.last }}
        {%- endfor %}
    )
{%- endmacro %}
