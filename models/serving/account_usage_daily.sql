{{
    config(
        materialized='replaced_rows',
        replace_keys=['account_id', 'usage_date'],
        replaced_by='serving.changed_usage_days',
        prune_on='usage_date',
        partition_by=['usage_date'],
        statistics_on=['as_of'],
    )
}}

select
    daily.account_id,
    cast(date_format(daily.usage_date, 'yyyyMM') as int) as usage_month,
    daily.usage_date,
    daily.service,
    coalesce(daily.destination_zone, '') as destination_zone,
    daily.currency,
    daily.events as event_count,
    daily.quantity,
    daily.charge_amount,
    {{ knowledge_time() }} as as_of
from {{ ref('usage_daily') }} as daily
left semi join {{ ref('changed_usage_days') }} as changed
    on daily.account_id = changed.account_id and daily.usage_date = changed.usage_date
