-- depends_on: {{ ref('decided_before') }}
-- A refund takes nothing.
select
    record_id,
    instance_id,
    -- bounded: demands below 2 * 10^18, of one event
    cast(sum(cast(taken_units as decimal(28, 0))) as bigint) as units,
    event_date
from {{ ref('bundle_covers') }}
where not is_refund
group by record_id, instance_id, event_date
