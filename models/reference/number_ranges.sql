-- Rule 5: the longest prefix, settled once as ranges of numbers that do not overlap, so
-- that a usage record finds its destination by an equi-join on a bucket and a range.
-- One set of ranges for each set of zones that a plan names, and one for all zones.
with

ranges as (

    select * from {{ ref('longest_prefixes') }}

),

number_buckets as (

    select explode({{ all_number_buckets() }}) as number_bucket

),

in_one_bucket as (

    select
        *,
        {{ number_bucket('range_start') }} as number_bucket
    from ranges
    where {{ is_in_one_bucket('range_start', 'range_end') }}

),

-- mostly a range lies in one bucket; one of a short prefix is spread over many
over_buckets as (

    select /*+ broadcast(number_buckets) */
        ranges.*,
        number_buckets.number_bucket
    from ranges
    inner join number_buckets
        on {{ reaches_into_bucket('ranges', 'number_buckets.number_bucket') }}
    where not {{ is_in_one_bucket('ranges.range_start', 'ranges.range_end') }}

),

final as (

    select * from in_one_bucket
    union all
    select * from over_buckets

)

select
    zone_set_id,
    number_bucket,
    range_start,
    range_end,
    prefix,
    zone,
    valid_from,
    valid_to
from final
