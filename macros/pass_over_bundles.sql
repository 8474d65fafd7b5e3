{#-
    Rule 8, one pass: each event meets at most one instance of a pass. In event order it takes what it needs, in
    blocks, of what is left: the overlap of the demand so far with the capacity. A refund meets what an
    event would, and takes nothing. CTEs, the last one `<name>`, from one with instances, pieces and covered.
-#}
{% macro pass_over_bundles(previous, name, pass_no) -%}
{{ name }}_met as (

    select
        *,
        get(filter(instances, known -> known.pass_no = {{ pass_no }}), 0) as instance
    from {{ previous }}

),

{{ name }}_demanded as (

    select
        *,
        {{ units_for_instance('pieces') }} as units,
        {{ rounded_up(units_for_instance('pieces'), 'instance.block') }} as demand
    from {{ name }}_met

),

{{ name }}_taken as (

    select
        *,
        cast(coalesce(
            least(demand, greatest(
                instance.capacity_left - coalesce(
                    sum(cast(if(is_refund, 0, demand) as decimal(20, 0))) over (
                        partition by account_id, instance.instance_id
                        order by started_at, event_id
                        rows between unbounded preceding and 1 preceding
                    ),
                    0
                ),
                0
            )),
            0
        ) as bigint) as taken
    from {{ name }}_demanded

),

{{ name }}_covered as (

    select
        *,
        {{ units_covered() }} as covered_units
    from {{ name }}_taken

),

{{ name }} as (

    select
        * except (instance, units, demand, taken, covered_units, pieces, covered),
        if(taken > 0, {{ pieces_left() }}, pieces) as pieces,
        if(taken > 0, concat(covered, {{ newly_covered() }}), covered) as covered
    from {{ name }}_covered

)
{%- endmacro %}
