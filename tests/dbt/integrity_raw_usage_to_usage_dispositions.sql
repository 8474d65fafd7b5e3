{{ config(tags=['invariant']) }}

-- A row: records of a file that came since the last run and do not have exactly one
-- disposition each.
with

received as (

    select
        file_id,
        count(*) as record_count,
        sum(quantity) as quantity
    from {{ source('raw', 'usage') }}
    where run_id > {{ var('last_run_id') }}
    group by file_id

),

disposed as (

    select
        file_id,
        count(*) as record_count,
        count(distinct record_no) as distinct_record_count,
        sum(quantity) as quantity
    from {{ change_feed(ref('usage_dispositions')) }}
    where
        change_sign = 1
        and file_id in (select received.file_id from received)
    group by file_id

)

select
    coalesce(received.file_id, disposed.file_id) as file_id,
    received.record_count as received_count,
    disposed.record_count as disposed_count,
    disposed.distinct_record_count,
    received.quantity as received_quantity,
    disposed.quantity as disposed_quantity
from received
full outer join disposed on received.file_id = disposed.file_id
where
    not (received.record_count <=> disposed.record_count)
    or not (disposed.record_count <=> disposed.distinct_record_count)
    or not (received.quantity <=> disposed.quantity)
