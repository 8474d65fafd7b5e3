-- Rule 1, for the records of events of which there is more than one record, or a
-- correction: the first known of equal records stays; of originals with one key and
-- other content the first known is the event.
with

contested_events as (

    select event_hash
    from {{ ref('decided_usages') }}
    group by event_hash
    having count(*) > 1 or bool_or(kind != 'original')

),

usages as (

    select
        usages.record_id,
        usages.event_id,
        usages.root_event_id,
        usages.kind,
        usages.file_id,
        usages.record_no,
        usages.known_at,
        struct(
            usages.service, usages.direction, usages.kind, usages.target_event_id,
            usages.subscriber, usages.counterparty, usages.counterparty_prefix,
            usages.serving_network, usages.session_id, usages.partial_no,
            usages.quantity, usages.started_at
        ) as content
    from {{ ref('decided_usages') }} as usages
    left semi join contested_events on usages.event_hash = contested_events.event_hash

),

with_copy_no as (

    select
        *,
        {{ row_no() }} over (
            partition by event_id, content
            order by known_at, file_id, record_no
        ) as copy_no
    from usages

),

with_variant_no as (

    select
        *,
        {{ row_no() }} over (
            partition by event_id, kind = 'original', copy_no = 1
            order by known_at, file_id, record_no
        ) as variant_no
    from with_copy_no

),

final as (

    select
        record_id,
        event_id,
        root_event_id,
        kind,
        file_id,
        record_no,
        known_at,
        case
            when copy_no > 1 then 'duplicate'
            when kind = 'original' and variant_no > 1 then 'conflict'
        end as set_aside
    from with_variant_no

)

select * from final
