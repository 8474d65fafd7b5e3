{#- The version of a plan that is valid at a moment, else the last one; `versions` as in plan_versions. -#}
{% macro version_at(versions, moment) -%}
    coalesce(
            get(
                filter(
                    {{ versions }},
                    version -> version.valid_from <= {{ moment }}
                    and version.valid_to > {{ moment }}
                ),
                0
            ),
            get({{ versions }}, 0)
        )
{%- endmacro %}
