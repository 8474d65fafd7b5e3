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

-- a prefix covers every text from itself up to itself followed by `~`, the last printable character
edges as (

    select zone_set_id, prefix as edge, prefix as within from set_prefixes
    union
    select zone_set_id, concat(prefix, '~') as edge, prefix as within from set_prefixes

),

distinct_edges as (

    select zone_set_id, edge, min(within) as within from edges group by zone_set_id, edge

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

moments as (

    select zone_set_id, range_start, range_end, valid_from as moment from covering
    union
    select zone_set_id, range_start, range_end, valid_to as moment from covering

),

periods as (

    select
        *,
        lead(moment) over (partition by zone_set_id, range_start order by moment) as until
    from moments

),

longest as (

    select
        periods.zone_set_id,
        periods.range_start,
        periods.range_end,
        covering.prefix,
        covering.zone,
        periods.moment as valid_from,
        periods.until as valid_to
    from periods
    inner join covering
        on
            periods.zone_set_id = covering.zone_set_id
            and periods.range_start = covering.range_start
            and periods.moment >= covering.valid_from
            and periods.moment < covering.valid_to
    qualify row_number() over (
        partition by periods.zone_set_id, periods.range_start, periods.moment
        order by length(covering.prefix) desc, covering.zone
    ) = 1

),

number_buckets as (

    select explode({{ all_number_buckets() }}) as number_bucket

),

-- mostly a range lies in one bucket; one that spans many (of a short prefix) is spread over them
in_one_bucket as (

    select
        *,
        {{ number_bucket('range_start') }} as number_bucket
    from longest
    where {{ is_in_one_bucket('range_start', 'range_end') }}

),

over_buckets as (

    select /*+ broadcast(number_buckets) */
        longest.*,
        number_buckets.number_bucket
    from longest
    inner join number_buckets
        on {{ reaches_into_bucket('longest.range_start', 'longest.range_end', 'number_buckets.number_bucket') }}
    where not {{ is_in_one_bucket('longest.range_start', 'longest.range_end') }}

),

final as (

    select * from in_one_bucket
    union all
    select * from over_buckets

)

select * from final
