{{
    config(
        materialized='summed_rows',
        sum_keys=['event_month', 'event_date', 'disposition', 'reason', 'service'],
        sums=['record_count', 'quantity'],
        row_count='record_count',
        newest=['as_of'],
        statistics_on=['record_count'],
    )
}}

with

dispositions as (

    select * from {{ changes_or_all(ref('usage_dispositions')) }}

),

counted as (

    select
        cast(date_format(event_date, 'yyyyMM') as int) as event_month,
        event_date,
        disposition,
        coalesce(reason, '') as reason,
        service,
        sum(change_sign) as record_count,
        cast(sum(change_sign * quantity) as decimal(38, 6)) as quantity,
        {{ knowledge_time() }} as as_of
    from dispositions
    group by event_date, disposition, coalesce(reason, ''), service

)

select * from counted
