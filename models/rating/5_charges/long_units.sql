-- Rules 8 and 9: how many segments each long event has, and their units; the rest is what
-- its segment says if it has one.
select
    record_id,
    count(*) as segment_count,
    -- bounded: parts of one event, below 10^18 together
    sum(if(bundle_id is null, units, 0L)) as billable_units,
    -- bounded: demands below 2 * 10^18, of one event
    sum(cast(if(bundle_id is null, 0L, billed_units) as decimal(28, 0)))
        as bundle_units,
    max(band) as band,
    max(step_no) as step_no,
    max(bundle_id) as bundle_id,
    max(units) as units,
    max(billed_units) as billed_units,
    max(amount) as amount
from {{ ref('long_segments') }}
group by record_id
