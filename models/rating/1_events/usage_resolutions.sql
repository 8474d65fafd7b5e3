-- Rules 1 and 2: what becomes of each contested record. No row = to be rated.
with

records as (

    select * from {{ ref('contested_usages') }}

),

-- a correction of a correction belongs to the event that the first one corrects
corrections as (

    select
        event_id,
        min(root_event_id) as root_event_id
    from records
    where kind != 'original' and set_aside is null
    group by event_id

),

with_group as (

    select
        records.*,
        if(
            records.kind = 'original' or records.root_event_id = records.event_id,
            records.root_event_id,
            coalesce(corrections.root_event_id, records.root_event_id)
        ) as group_event_id
    from records
    left join corrections on records.root_event_id = corrections.event_id
    where records.set_aside is null

),

-- the last correction by knowledge wins
with_winner as (

    select
        *,
        max(if(kind = 'original', 1, 0)) over (partition by group_event_id) = 1
            as has_original,
        row_number() over last_first = 1 as is_winner,
        first_value(kind) over last_first as winner_kind
    from with_group
    window last_first as (
        partition by group_event_id
        order by
            if(kind = 'original', 1, 0), known_at desc, file_id desc, record_no desc
    )

),

decided as (

    select
        record_id,
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

),

set_aside as (

    select
        record_id,
        if(set_aside = 'conflict', 'suspended', set_aside) as disposition,
        if(set_aside = 'conflict', set_aside, null) as reason
    from records
    where set_aside is not null

)

select * from set_aside
union all
select * from decided
where disposition is not null
