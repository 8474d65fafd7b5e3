{{
    config(
        materialized='replaced_rows',
        replace_keys=['file_id', 'record_no'],
        replaced_by='rated.replaced_records',
        prune_on='event_date',
        partition_by=['event_date'],
        statistics_on=['segment_no'],
    )
}}

-- depends_on: {{ ref('replaced_records') }}
with

rated as (

    select *
    from {{ ref('rating_batch') }}
    where disposition = 'rated'

),

exploded as (

    select
        event_id,
        file_id,
        record_no,
        event_date,
        explode(segments) as segment
    from rated

),

final as (

    select
        event_id,
        file_id,
        record_no,
        segment.segment_no,
        segment.band,
        segment.tariff_id,
        segment.step_no,
        segment.bundle_id,
        event_date,
        segment.units,
        segment.billed_units,
        segment.amount
    from exploded

)

select * from final
