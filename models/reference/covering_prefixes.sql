{{ config(materialized='ephemeral') }}

-- Rule 5: ranges of numbers that the edges of all prefixes of a zone set cut, each with
-- every prefix that covers it.
with

prefixes as (

    select * from {{ ref('zone_prefixes') }}

),

-- a prefix covers every text from itself up to itself followed by `~`, the last
-- printable character
edges as (

    select
        zone_set_id,
        prefix as edge_prefix,
        explode(array(prefix, concat(prefix, '~'))) as edge
    from prefixes

),

distinct_edges as (

    select
        zone_set_id,
        edge,
        min(edge_prefix) as edge_prefix
    from edges
    group by zone_set_id, edge

),

segments as (

    select
        zone_set_id,
        edge as range_start,
        lead(edge) over (partition by zone_set_id order by edge) as range_end,
        edge != edge_prefix as is_after_prefix,
        edge_prefix
    from distinct_edges

),

-- the prefixes around a segment are the leading parts of its first number
around as (

    select
        zone_set_id,
        range_start,
        range_end,
        explode(sequence(0, length(edge_prefix) - if(is_after_prefix, 1, 0)))
            as prefix_length,
        edge_prefix
    from segments
    where range_end is not null and (edge_prefix != '' or not is_after_prefix)

),

final as (

    select
        around.zone_set_id,
        around.range_start,
        around.range_end,
        prefixes.prefix,
        prefixes.zone,
        prefixes.valid_from,
        prefixes.valid_to
    from around
    inner join prefixes
        on
            around.zone_set_id = prefixes.zone_set_id
            and substr(around.edge_prefix, 1, around.prefix_length) = prefixes.prefix

)

select * from final
