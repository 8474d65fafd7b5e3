with

with_defaults as (

    select
        record_id,
        event_id,
        target_event_id,
        service,
        subscriber,
        counterparty,
        counterparty_prefix,
        serving_network,
        session_id,
        partial_no,
        file_id,
        record_no,
        quantity,
        started_at,
        known_at,
        run_id,
        coalesce(direction, 'out') as direction,
        coalesce(kind, 'original') as kind
    from {{ source('raw', 'usage') }}

),

with_keys as (

    select
        *,
        if(kind = 'original', event_id, coalesce(target_event_id, event_id))
            as root_event_id,
        session_id is not null and partial_no is not null as is_partial,
        to_date(started_at) as event_date
    from with_defaults

),

-- an event and a session are found by the hash of their names: a clash only brings more
-- records along, and what is decided is decided by the names themselves
with_hashes as (

    select
        *,
        xxhash64(root_event_id) as event_hash,
        if(is_partial, xxhash64(subscriber, service, session_id), null) as session_hash
    from with_keys

)

select * from with_hashes
