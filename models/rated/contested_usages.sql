{{ config(materialized='table') }}

-- Rule 1, for the dirty records of events of which there is more than one record, or a
-- correction: the first known of equal records stays; of originals with one key and
-- other content the first known is the event.
with

usages as (

    select
        file_id,
        record_no,
        event_id,
        root_event_id,
        kind,
        content_hash,
        known_at
    from {{ ref('dirty_usages') }}

),

contested_events as (

    select root_event_id
    from usages
    group by root_event_id
    having count(*) > 1 or max(kind) != 'original' or min(kind) != 'original'

),

with_copy_no as (

    select
        usages.*,
        row_number() over (
            partition by usages.event_id, usages.content_hash
            order by usages.known_at, usages.file_id, usages.record_no
        ) as copy_no
    from usages
    left semi join contested_events
        on usages.root_event_id = contested_events.root_event_id

),

with_variant_no as (

    select
        *,
        row_number() over (
            partition by event_id, kind = 'original', copy_no = 1
            order by known_at, file_id, record_no
        ) as variant_no
    from with_copy_no

),

final as (

    select
        file_id,
        record_no,
        event_id,
        root_event_id,
        kind,
        case
            when copy_no > 1 then 'duplicate'
            when kind = 'original' and variant_no > 1 then 'conflict'
        end as set_aside,
        known_at
    from with_variant_no

)

select * from final
