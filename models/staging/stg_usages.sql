with

delivered as (

    select * from {{ source('raw', 'usage') }}

),

with_defaults as (

    select
        file_id,
        record_no,
        event_id,
        target_event_id,
        service,
        coalesce(direction, 'out') as direction,
        coalesce(kind, 'original') as kind,
        subscriber,
        counterparty,
        counterparty_prefix,
        serving_network,
        session_id,
        partial_no,
        quantity,
        started_at,
        to_date(started_at) as event_date,
        known_at,
        run_id
    from delivered

),

with_keys as (

    select
        *,
        if(kind = 'original', event_id, coalesce(target_event_id, event_id))
            as root_event_id,
        xxhash64(
            service, direction, kind, target_event_id, subscriber, counterparty,
            counterparty_prefix, serving_network, session_id, partial_no, quantity,
            started_at
        ) as content_hash,
        session_id is not null and partial_no is not null as is_partial
    from with_defaults

)

select * from with_keys
