-- What the records that a run decides anew came to before.
select
    outcomes.record_id,
    outcomes.event_id,
    outcomes.account_id,
    outcomes.subscription_id,
    outcomes.plan_id,
    outcomes.tariff_id,
    outcomes.service,
    outcomes.direction,
    outcomes.destination_zone,
    outcomes.destination_prefix,
    outcomes.roaming_zone,
    outcomes.disposition,
    outcomes.reason,
    outcomes.merged_into,
    outcomes.band,
    outcomes.step_no,
    outcomes.bundle_id,
    outcomes.currency,
    outcomes.segment_count,
    outcomes.has_stored_segments,
    outcomes.record_quantity,
    outcomes.quantity,
    outcomes.bundle_units,
    outcomes.billable_units,
    outcomes.billed_units,
    outcomes.connection_fee,
    outcomes.segment_amount,
    outcomes.charge_amount,
    outcomes.started_at,
    outcomes.event_date,
    outcomes.usage_date,
    outcomes.cycle_start
from {{ source('last_run', 'usage_outcomes') }} as outcomes
left semi join {{ ref('decided_before') }} as decided
    on
        outcomes.record_id = decided.record_id
        and outcomes.event_date = decided.event_date
where {{ is_among('outcomes.record_id', ref('decided_before'), 'record_id') }}
