-- What each record that the run decides comes to, as rated.usage_outcomes keeps it: only a
-- rated event has a charge.
with

of_events as (

    select
        record_id,
        event_id,
        service,
        record_quantity,
        started_at,
        event_date,
        reason,
        cast(null as string) as merged_into,
        if(reason is null, 'rated', 'suspended') as disposition,
        if(reason is null, account_id, null) as account_id,
        if(reason is null, subscription_id, null) as subscription_id,
        if(reason is null, plan_id, null) as plan_id,
        if(reason is null, charged_tariff_id, null) as tariff_id,
        if(reason is null, direction, null) as direction,
        if(reason is null, destination_zone, null) as destination_zone,
        if(reason is null, destination_prefix, null) as destination_prefix,
        if(reason is null, roaming_zone, null) as roaming_zone,
        if(reason is null, segment_band, null) as band,
        if(reason is null, segment_step_no, null) as step_no,
        if(reason is null, charged_bundle_id, null) as bundle_id,
        if(reason is null, currency, null) as currency,
        if(reason is null, cast(charged_segment_count as int), null) as segment_count,
        if(reason is null, has_stored_segments, null) as has_stored_segments,
        if(reason is null, quantity, null) as quantity,
        if(reason is null, {{ unscaled_units('sign * charged_bundle_units') }}, null)
            as bundle_units,
        if(reason is null, {{ unscaled_units('sign * billable_units') }}, null) as billable_units,
        if(reason is null, {{ unscaled_units('sign * segment_billed_units') }}, null)
            as billed_units,
        if(reason is null, {{ unscaled_money('sign * charged_fee') }}, null) as connection_fee,
        if(reason is null, {{ unscaled_money('sign * segment_amount') }}, null) as segment_amount,
        if(reason is null, {{ unscaled_money('sign * charged_amount') }}, null) as charge_amount,
        if(reason is null, usage_date, null) as usage_date,
        if(reason is null, cycle_start, null) as cycle_start
    from {{ ref('event_outcomes') }}

)

select * from of_events
union all
select
    record_id,
    event_id,
    service,
    record_quantity,
    started_at,
    event_date,
    reason,
    merged_into,
    disposition,
    cast(null as string) as account_id,
    cast(null as string) as subscription_id,
    cast(null as string) as plan_id,
    cast(null as string) as tariff_id,
    cast(null as string) as direction,
    cast(null as string) as destination_zone,
    cast(null as string) as destination_prefix,
    cast(null as string) as roaming_zone,
    cast(null as string) as band,
    cast(null as int) as step_no,
    cast(null as string) as bundle_id,
    cast(null as string) as currency,
    cast(null as int) as segment_count,
    cast(null as boolean) as has_stored_segments,
    cast(null as decimal(24, 6)) as quantity,
    cast(null as decimal(24, 6)) as bundle_units,
    cast(null as decimal(24, 6)) as billable_units,
    cast(null as decimal(24, 6)) as billed_units,
    cast(null as decimal(28, 10)) as connection_fee,
    cast(null as decimal(28, 10)) as segment_amount,
    cast(null as decimal(28, 10)) as charge_amount,
    cast(null as date) as usage_date,
    cast(null as date) as cycle_start
from {{ ref('unrated_usages') }}
