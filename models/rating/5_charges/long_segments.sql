-- Rules 8 and 9: the segments of each long event in turn: first what bundles cover, then
-- what the steps charge. Money in 10^-10 of the currency, units in 10^-6.
with

segments as (

    select
        covers.record_id,
        0 as turn,
        covers.pass_no,
        covers.low,
        parts.band,
        cast(null as string) as tariff_id,
        cast(null as int) as step_no,
        covers.bundle_id,
        covers.units,
        covers.taken_units as billed_units,
        cast(0 as decimal(38, 0)) as amount
    from {{ ref('bundle_covers') }} as covers
    inner join {{ ref('usage_parts') }} as parts
        on covers.record_id = parts.record_id and covers.low = parts.low
    union all
    select
        record_id,
        1 as turn,
        place as pass_no,
        low,
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
    row_number() over (partition by record_id order by turn, pass_no, low) as segment_no,
    nullif(band, '') as band
from segments
