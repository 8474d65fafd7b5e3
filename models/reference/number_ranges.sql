-- Rule 5: the longest prefix, settled once as ranges of numbers that do not overlap, so that a
-- usage record finds its destination by an equi-join on a bucket and a range. One set of ranges for
-- each set of zones that a plan names, and one (zone_set_id 0) for all zones.
with

prefixes as (

    select
        if(prefix = '*', '', coalesce(prefix, '')) as prefix,
        zone,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known(ref('destinations')) }}

),

zone_sets as (

    select distinct
        zone_set_id,
        zones
    from {{ ref('plan_zones') }}
    where zone_set_id is not null

),

set_zones as (

    select zone_set_id, explode(zones) as zone from zone_sets
    union all
    select distinct cast(0 as bigint) as zone_set_id, zone from prefixes

),

set_prefixes as (

    select set_zones.zone_set_id, prefixes.*
    from prefixes
    inner join set_zones on prefixes.zone = set_zones.zone

),

-- a prefix covers every text from itself up to itself followed by `~`, the last
-- printable character
edges as (

    select
        zone_set_id,
        prefix as within,
        explode(array(prefix, concat(prefix, '~'))) as edge
    from set_prefixes

),

distinct_edges as (

    select
        zone_set_id,
        edge,
        min(within) as within
    from edges
    group by zone_set_id, edge

),

segments as (

    select
        zone_set_id,
        edge as range_start,
        lead(edge) over (partition by zone_set_id order by edge) as range_end,
        edge != within as is_after_prefix,
        within
    from distinct_edges

),

-- the prefixes around a segment are the leading parts of its first number
around as (

    select
        zone_set_id,
        range_start,
        range_end,
        explode(sequence(0, length(within) - if(is_after_prefix, 1, 0))) as prefix_length,
        within
    from segments
    where range_end is not null and (within != '' or not is_after_prefix)

),

covering as (

    select
        around.zone_set_id,
        around.range_start,
        around.range_end,
        prefixes.prefix,
        prefixes.zone,
        prefixes.valid_from,
        prefixes.valid_to
    from around
    inner join set_prefixes as prefixes
        on
            around.zone_set_id = prefixes.zone_set_id
            and substr(around.within, 1, around.prefix_length) = prefixes.prefix

),

-- while the covering prefixes stay the same, the longest of them is the one
periods as (

    select
        zone_set_id,
        range_start,
        range_end,
        collect_list(struct(
            -length(prefix) as rank, zone, prefix, valid_from, valid_to
        )) as prefixes,
        array_sort(array_union(collect_set(valid_from), collect_set(valid_to))) as moments
    from covering
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

ranges as (

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

),

number_buckets as (

    select explode({{ all_number_buckets() }}) as number_bucket

),

-- mostly a range lies in one bucket; one that spans many (of a short prefix) is spread over them
in_one_bucket as (

    select
        *,
        {{ number_bucket('range_start') }} as number_bucket
    from ranges
    where {{ is_in_one_bucket('range_start', 'range_end') }}

),

over_buckets as (

    select /*+ broadcast(number_buckets) */
        ranges.*,
        number_buckets.number_bucket
    from ranges
    inner join number_buckets
        on {{ reaches_into_bucket('ranges.range_start', 'ranges.range_end', 'number_buckets.number_bucket') }}
    where not {{ is_in_one_bucket('ranges.range_start', 'ranges.range_end') }}

),

final as (

    select * from in_one_bucket
    union all
    select * from over_buckets

)

select * from final
