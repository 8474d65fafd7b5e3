-- Rules 1 and 2: which records are rated at all. The same as models/rated/usage_resolutions.sql.
create temp table usages as
select
    row_number() over () as record_key,
    file_id,
    record_no,
    event_id,
    service,
    coalesce(direction, 'out') as direction,
    coalesce(kind, 'original') as kind,
    subscriber,
    counterparty_prefix,
    serving_network,
    quantity,
    started_at,
    epoch_us(started_at) as start_micros,
    known_at,
    if(
        coalesce(kind, 'original') = 'original',
        event_id,
        coalesce(target_event_id, event_id)
    )
        as root_event_id,
    hash(
        service,
        coalesce(direction, 'out'),
        coalesce(kind, 'original'),
        target_event_id,
        subscriber,
        counterparty,
        counterparty_prefix,
        serving_network,
        session_id,
        partial_no,
        quantity,
        started_at
    ) as content_hash
from read_parquet(getvariable('folder') || '/usage/*.parquet');

create temp table resolutions as
with

contested_events as (

    select root_event_id
    from usages
    group by root_event_id
    having count(*) > 1 or max(kind) != 'original' or min(kind) != 'original'

),

with_copies as (

    select
        *,
        row_number() over (
            partition by event_id, content_hash
            order by known_at, file_id, record_no
        ) as copy_no
    from usages
    where root_event_id in (select root_event_id from contested_events)

),

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

with_winner as (

    select
        *,
        max(kind = 'original') over (partition by group_event_id) as has_original,
        row_number() over by_knowledge = 1 as is_winner,
        first_value(kind) over by_knowledge as winner_kind
    from with_group
    window by_knowledge as (
        partition by group_event_id
        order by kind != 'original' desc, known_at desc, file_id desc, record_no desc
    )

),

decided as (

    select
        record_key,
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
        record_key,
        if(set_aside = 'conflict', 'suspended', set_aside) as disposition,
        if(set_aside = 'conflict', 'conflict', null) as reason
    from decided_first
    where set_aside is not null

)

select * from decided
where disposition is not null;
