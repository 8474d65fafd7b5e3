{#-
    The segments of a charge as they are handed out, signed as the event: first what bundles cover, for nothing, then
    what the steps charge. A step's amount is what the rounded sum grows by (rule 11).
-#}
{% macro bundle_segments(covered) -%}
    transform({{ covered }}, (part, position) -> struct(
        position + 1 as segment_no,
        part.band as band,
        cast(null as string) as tariff_id,
        cast(null as int) as step_no,
        part.bundle_id as bundle_id,
        {{ unscaled_units('sign * part.units') }} as units,
        {{ unscaled_units('sign * part.taken_units') }} as billed_units,
        cast(0 as decimal(28, 10)) as amount
    ))
{%- endmacro %}


{% macro step_segments(segments, bundle_segment_count) -%}
    {% call(segment, position) each(segments) -%}
        struct(
            {{ bundle_segment_count }} + {{ position }} + 1 as segment_no,
            {{ segment }}.band as band,
            {{ segment }}.tariff_id as tariff_id,
            {{ segment }}.step_no as step_no,
            cast(null as string) as bundle_id,
            {{ unscaled_units('sign * ' ~ segment ~ '.units') }} as units,
            {{ unscaled_units('sign * ' ~ segment ~ '.billed_units') }} as billed_units,
            {{ unscaled_money(
                'sign * (get(rounded_sums, ' ~ position ~ ') - if('
                ~ position ~ ' = 0, fee, get(rounded_sums, ' ~ position ~ ' - 1)))'
            ) }} as amount
        )
    {%- endcall %}
{%- endmacro %}
