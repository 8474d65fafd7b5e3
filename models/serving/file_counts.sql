{{
    config(
        materialized='summed_rows',
        sum_keys=['feed', 'received_date', 'status'],
        sums=['file_count', 'record_count', 'rejected_count'],
        row_count='file_count',
        newest=['as_of'],
        statistics_on=['file_count'],
    )
}}

with

files as (

    select * from {{ source('raw', 'source_files') }}
    {% if not is_rebuilt() %}
    where run_id > {{ var('last_run_id') }}
    {% endif %}

),

counted as (

    select
        feed,
        to_date(received_at) as received_date,
        status,
        count(*) as file_count,
        coalesce(sum(records), 0) as record_count,
        coalesce(sum(rejected_records), 0) as rejected_count,
        {{ knowledge_time() }} as as_of
    from files
    group by feed, to_date(received_at), status

)

select * from counted
