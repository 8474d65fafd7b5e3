{{ config(materialized='ephemeral') }}

-- Rule 5: the longest prefix of each range of numbers, while the prefixes that cover
-- the range stay the same.
with

periods as (

    select
        zone_set_id,
        range_start,
        range_end,
        collect_list(struct(
            -length(prefix) as precedence, zone, prefix, valid_from, valid_to
        )) as prefixes,
        array_sort(
            array_union(collect_set(valid_from), collect_set(valid_to))
        ) as moments
    from {{ ref('covering_prefixes') }}
    group by zone_set_id, range_start, range_end

),

exploded as (

    select
        zone_set_id,
        range_start,
        range_end,
        prefixes,
        moments,
        posexplode(slice(moments, 1, size(moments) - 1)) as (moment_no, valid_from)
    from periods

),

longest as (

    select
        zone_set_id,
        range_start,
        range_end,
        array_min(filter(
            prefixes,
            prefix -> prefix.valid_from <= exploded.valid_from
            and prefix.valid_to > exploded.valid_from
        )) as longest_prefix,
        valid_from,
        get(moments, moment_no + 1) as valid_to
    from exploded

),

final as (

    select
        zone_set_id,
        range_start,
        range_end,
        longest_prefix.prefix,
        longest_prefix.zone,
        valid_from,
        valid_to
    from longest
    where longest_prefix is not null

)

select * from final
