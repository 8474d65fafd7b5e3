{#-
    `transform` and `exists` for lists that mostly hold one element: Spark interprets a lambda row by row, so
    the body is written out once more, as plain columns that it compiles, for the list of one.
-#}
{% macro each(list) -%}
    if(
        size({{ list }}) = 1,
        array({{ caller('get(' ~ list ~ ', 0)', '0') }}),
        transform({{ list }}, (element, position) -> {{ caller('element', 'position') }})
    )
{%- endmacro %}


{% macro any_of(list) -%}
    if(
        size({{ list }}) = 1,
        {{ caller('get(' ~ list ~ ', 0)') }},
        exists({{ list }}, element -> {{ caller('element') }})
    )
{%- endmacro %}
