-- depends_on: {{ ref('decided_before') }}
with

outcomes as (

    select
        record_id,
        event_date,
        if(quantity < 0, -1, 1) as sign
    from {{ ref('decided_outcomes') }}
    where disposition = 'rated' and has_stored_segments

)

select
    segments.record_id,
    segments.segment_no,
    segments.band,
    segments.tariff_id,
    segments.step_no,
    segments.bundle_id,
    {{ unscaled_units('outcomes.sign * segments.units') }} as units,
    {{ unscaled_units('outcomes.sign * segments.billed_units') }} as billed_units,
    {{ unscaled_money('outcomes.sign * segments.amount') }} as amount,
    outcomes.event_date
from {{ ref('long_segments') }} as segments
inner join outcomes on segments.record_id = outcomes.record_id
