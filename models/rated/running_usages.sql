{{
    config(
        materialized='replaced_rows',
        replace_keys=['file_id', 'record_no'],
        replaced_by='rated.replaced_records',
        prune_on='event_date',
        partition_by=['event_date'],
        statistics_on=['started_at'],
    )
}}

-- depends_on: {{ ref('replaced_records') }}
with

counted as (

    select
        file_id,
        record_no,
        collect_list(struct(tariff_id, units)) as period_units
    from {{ ref('period_units') }}
    group by file_id, record_no

)

select
    batch.file_id,
    batch.record_no,
    batch.event_id,
    batch.account_id,
    batch.subscription_id,
    batch.cycle_start,
    batch.started_at,
    batch.event_date,
    counted.period_units,
    if(batch.quantity < 0, null, transform(bundled.covered, part -> struct(
        part.instance_id as instance_id,
        {{ unscaled_units('part.taken_units') }} as units
    ))) as bundle_uses,
    coalesce(bundled.is_shared, false) as is_shared,
    coalesce(bundled.carries_over, false) as carries_over
from {{ ref('running_batch') }} as batch
left join counted
    on batch.file_id = counted.file_id and batch.record_no = counted.record_no
left join {{ ref('bundled_batch') }} as bundled
    on batch.file_id = bundled.file_id and batch.record_no = bundled.record_no
where counted.period_units is not null or bundled.covered is not null
