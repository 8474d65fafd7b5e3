{#-
    Rule 8: how one instance covers the parts of an event. `pieces` are the units by band that are still uncovered;
    `units` those that the instance is for, `taken` what it gives, in its blocks.
-#}
{% macro units_for_instance(pieces) -%}
    aggregate(
        filter({{ pieces }}, piece -> instance.band in ('*', piece.band)),
        0L,
        (sum, piece) -> sum + piece.units
    )
{%- endmacro %}


{#- How many units of each piece the instance covers: its first ones, as far as what is taken goes. -#}
{% macro units_covered() -%}
    transform(pieces, (piece, position) -> if(
        coalesce(instance.band in ('*', piece.band), false),
        greatest(0L, least(
            piece.units, least(units, taken) - {{ units_for_instance('slice(pieces, 1, position)') }}
        )),
        0L
    ))
{%- endmacro %}


{% macro pieces_left() -%}
    transform(pieces, (piece, position) -> struct(
        piece.band as band,
        piece.units - covered_units[position] as units
    ))
{%- endmacro %}


{#- What an instance covers, by piece; the last one also takes what is left over of the instance's block. -#}
{% macro newly_covered() -%}
    filter(
        transform(pieces, (piece, position) -> struct(
            piece.band as band,
            instance.instance_id as instance_id,
            instance.bundle_id as bundle_id,
            instance.waives_fee as waives_fee,
            covered_units[position] as units,
            covered_units[position] + if(
                forall(slice(covered_units, position + 2, size(pieces)), later -> later = 0),
                greatest(taken - units, 0L),
                0L
            ) as taken_units
        )),
        part -> part.units > 0
    )
{%- endmacro %}


{% macro nothing_covered() -%}
    cast(array() as array<struct<
        band: string, instance_id: string, bundle_id: string, waives_fee: boolean, units: bigint, taken_units: bigint
    >>)
{%- endmacro %}


{% macro sum_of(units) -%}
    aggregate({{ units }}, 0L, (sum, part) -> sum + part)
{%- endmacro %}
