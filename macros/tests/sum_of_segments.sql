{#- The exact sum of a column over those segments of a charge for which a condition holds. -#}
{% macro sum_of_segments(column, condition) -%}
    aggregate(
            filter(segments, segment -> {{ condition }}),
            cast(0 as decimal(38, 10)),
            (sum, segment) -> cast(sum + segment.{{ column }} as decimal(38, 10))
        )
{%- endmacro %}
