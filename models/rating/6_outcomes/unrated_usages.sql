-- The records that the run decides and that are no event to be rated, and why: those that
-- say nothing of their own, those that another stands for, and events that lack something.
with

aside as (

    select
        record_id,
        reason,
        disposition,
        cast(null as string) as merged_into
    from {{ ref('usage_resolutions') }}
    union all
    select
        record_id,
        cast(null as string) as reason,
        'merged' as disposition,
        merged_into
    from {{ ref('merged_partials') }}
    where not is_event

)

select
    record_id,
    event_id,
    service,
    record_quantity,
    started_at,
    event_date,
    reason,
    cast(null as string) as merged_into,
    'suspended' as disposition
from {{ ref('events') }}
where reason is not null
union all
select
    usages.record_id,
    usages.event_id,
    usages.service,
    usages.quantity as record_quantity,
    usages.started_at,
    usages.event_date,
    aside.reason,
    aside.merged_into,
    aside.disposition
from {{ ref('decided_usages') }} as usages
inner join aside on usages.record_id = aside.record_id
