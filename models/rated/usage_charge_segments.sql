-- The segments of events that have one stand in their outcome; those of the others in a
-- table of their own.
select
    outcomes.event_id,
    outcomes.record_id,
    1 as segment_no,
    outcomes.band,
    if(outcomes.bundle_id is null, outcomes.tariff_id, null) as tariff_id,
    outcomes.step_no,
    outcomes.bundle_id,
    if(outcomes.bundle_id is null, outcomes.billable_units, outcomes.quantity) as units,
    outcomes.billed_units,
    if(outcomes.bundle_id is null, outcomes.segment_amount, 0) as amount,
    outcomes.event_date
from {{ ref('usage_outcomes') }} as outcomes
where
    outcomes.disposition = 'rated'
    and outcomes.segment_count = 1
    and not outcomes.has_stored_segments
union all
select
    outcomes.event_id,
    segments.record_id,
    segments.segment_no,
    segments.band,
    segments.tariff_id,
    segments.step_no,
    segments.bundle_id,
    segments.units,
    segments.billed_units,
    segments.amount,
    segments.event_date
from {{ ref('segments_of_long_usages') }} as segments
inner join {{ ref('usage_outcomes') }} as outcomes
    on
        segments.record_id = outcomes.record_id
        and segments.event_date = outcomes.event_date
