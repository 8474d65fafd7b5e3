-- Rule 8: what bundles cover of each event, and what they give for it in their blocks.
select
    record_id,
    count(*) as cover_count,
    max(bundle_id) as bundle_id,
    -- bounded: parts of one event, below 10^18 together
    sum(units) as units,
    -- bounded: demands below 2 * 10^18, of one event
    sum(cast(taken_units as decimal(28, 0))) as taken_units,
    max(taken_units) as most_taken,
    bool_or(waives_fee) as waives_fee
from {{ ref('bundle_covers') }}
group by record_id
