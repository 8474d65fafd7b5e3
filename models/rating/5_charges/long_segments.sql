-- Rules 8 and 9: the segments in turn of each event that has several, or goes the long
-- way: first what bundles cover, then what the steps charge. Money in 10^-10 of the
-- currency, units in 10^-6.
with

-- in one band and step, with what bundles cover before it
short_ones as (

    select *
    from {{ ref('short_charges') }}
    where segment_count > 1 and not is_long

),

events as (

    select record_id from {{ ref('long_usages') }}
    union all
    select record_id from short_ones

),

segments as (

    select
        covers.record_id,
        0 as turn,
        cast(covers.pass_no as bigint) as place,
        covers.low as place_within,
        covers.band,
        cast(null as string) as tariff_id,
        cast(null as int) as step_no,
        covers.bundle_id,
        covers.units,
        covers.taken_units as billed_units,
        cast(0 as decimal(38, 0)) as amount
    from {{ ref('bundle_covers') }} as covers
    left semi join events on covers.record_id = events.record_id
    union all
    select
        record_id,
        1 as turn,
        0L as place,
        cast(step_no as bigint) as place_within,
        band,
        tariff_id,
        step_no,
        cast(null as string) as bundle_id,
        left_units as units,
        billed_units,
        cast(step_amount as decimal(38, 0)) as amount
    from short_ones
    where left_units > 0
    union all
    select
        record_id,
        1 as turn,
        low as place,
        cast(step_no as bigint) as place_within,
        band,
        tariff_id,
        step_no,
        cast(null as string) as bundle_id,
        units,
        billed_units,
        amount
    from {{ ref('long_steps') }}

)

select
    record_id,
    tariff_id,
    step_no,
    bundle_id,
    units,
    billed_units,
    amount,
    {{ row_no() }} over (
        partition by record_id order by turn, place, place_within
    ) as segment_no,
    nullif(band, '') as band
from segments
