{#-
    What tells a line of a statement apart, as one text: its parts with `/` between them, which inside a part is written
    `%2F`. It is the same in every version of a statement. Few parts have either sign: that is seen in all at once.
-#}
{% macro line_key(parts) -%}
    {%- set texts, escaped = [], [] -%}
    {%- for part in parts -%}
        {%- do texts.append("coalesce(cast(" ~ part ~ " as string), '')") -%}
        {%- do escaped.append("replace(replace(" ~ texts[-1] ~ ", '%', '%25'), '/', '%2F')") -%}
    {%- endfor -%}
    case
        when concat_ws('', {{ parts | join(', ') }}) rlike '[%/]' then concat_ws('/', {{ escaped | join(', ') }})
        else concat_ws('/', {{ texts | join(', ') }})
    end
{%- endmacro %}
