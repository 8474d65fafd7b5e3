-- depends_on: {{ ref('decided_before') }}
with

-- a refund takes nothing
taking as (

    select
        record_id,
        event_date
    from {{ ref('banded_usages') }}
    where low = 0 and quantity > 0

)

select
    covers.record_id,
    covers.instance_id,
    -- bounded: demands below 2 * 10^18, of one event
    cast(sum(cast(covers.taken_units as decimal(28, 0))) as bigint) as units,
    taking.event_date
from {{ ref('bundle_covers') }} as covers
inner join taking on covers.record_id = taking.record_id
group by covers.record_id, covers.instance_id, taking.event_date
