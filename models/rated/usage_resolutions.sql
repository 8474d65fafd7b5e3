{{ config(materialized='table') }}

-- Rules 1 and 2, for the records of dirty events of which there is more than one record, or a
-- correction: what becomes of each. No row = the only record of its event, to be rated.
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

contested as (

    select usages.*
    from usages
    left semi join contested_events
        on usages.root_event_id = contested_events.root_event_id

),

-- rule 1: the first known of equal records stays
with_copies as (

    select
        *,
        row_number() over (
            partition by event_id, content_hash
            order by known_at, file_id, record_no
        ) as copy_no
    from contested

),

-- rule 1: of originals with one key and other content the first known is the event
with_variants as (

    select
        *,
        row_number() over (
            partition by event_id, kind = 'original', copy_no = 1
            order by known_at, file_id, record_no
        ) as variant_no
    from with_copies

),

decided_first as (

    select
        *,
        case
            when copy_no > 1 then 'duplicate'
            when kind = 'original' and variant_no > 1 then 'conflict'
        end as set_aside
    from with_variants

),

-- a correction of a correction belongs to the event that the first one corrects
corrections as (

    select
        event_id,
        min(root_event_id) as root_event_id
    from decided_first
    where kind != 'original' and set_aside is null
    group by event_id

),

with_group as (

    select
        record.*,
        if(
            record.kind = 'original' or record.root_event_id = record.event_id,
            record.root_event_id,
            coalesce(correction.root_event_id, record.root_event_id)
        ) as group_event_id
    from decided_first as record
    left join corrections as correction on record.root_event_id = correction.event_id
    where record.set_aside is null

),

-- rule 2: the last correction wins
with_winner as (

    select
        *,
        max(kind = 'original') over (partition by group_event_id) as has_original,
        max(kind != 'original') over (partition by group_event_id) as has_correction,
        row_number() over (
            partition by group_event_id
            order by kind != 'original' desc, known_at desc, file_id desc, record_no desc
        ) = 1 as is_winner,
        first_value(kind) over (
            partition by group_event_id
            order by kind != 'original' desc, known_at desc, file_id desc, record_no desc
        ) as winner_kind
    from with_group

),

decided as (

    select
        file_id,
        record_no,
        case
            when not has_original then 'suspended'
            when is_winner and kind = 'cancel' then 'not_chargeable'
            when not is_winner and winner_kind = 'cancel' then 'cancelled'
            when not is_winner then 'superseded'
        end as disposition,
        case
            when not has_original then 'unknown_target'
            when is_winner and kind = 'cancel' then 'cancel'
        end as reason
    from with_winner
    union all
    select
        file_id,
        record_no,
        if(set_aside = 'conflict', 'suspended', set_aside) as disposition,
        if(set_aside = 'conflict', 'conflict', null) as reason
    from decided_first
    where set_aside is not null

)

select * from decided where disposition is not null
