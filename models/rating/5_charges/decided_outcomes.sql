-- What each record that the run decides comes to, as rated.usage_outcomes keeps it.
{%- set of_record = [
    'record_id', 'event_id', 'service', 'record_quantity', 'started_at', 'event_date',
] %}
with

rated as (

    select
        record_id,
        event_id,
        account_id,
        subscription_id,
        plan_id,
        tariff_id,
        service,
        direction,
        destination_zone,
        destination_prefix,
        roaming_zone,
        'rated' as disposition,
        cast(null as string) as reason,
        cast(null as string) as merged_into,
        segment_band as band,
        step_no,
        bundle_id,
        currency,
        cast(segment_count as int) as segment_count,
        record_quantity,
        quantity,
        {{ unscaled_units('sign * bundle_units') }} as bundle_units,
        {{ unscaled_units('sign * billable_units') }} as billable_units,
        {{ unscaled_units('sign * billed_units') }} as billed_units,
        {{ unscaled_money('sign * connection_fee') }} as connection_fee,
        {{ unscaled_money('sign * segment_amount') }} as segment_amount,
        {{ unscaled_money('sign * amount') }} as charge_amount,
        started_at,
        event_date,
        usage_date,
        cycle_start
    from {{ ref('event_outcomes') }}
    where reason is null

),

unrated as (

    select
        {{ of_record | join(', ') }},
        'suspended' as disposition,
        reason,
        cast(null as string) as merged_into
    from {{ ref('event_outcomes') }}
    where reason is not null
    union all
    select
        {{ of_record | join(', ') }},
        'suspended' as disposition,
        reason,
        cast(null as string) as merged_into
    from {{ ref('events') }}
    where reason is not null
    union all
    select
        usages.record_id,
        usages.event_id,
        usages.service,
        usages.quantity as record_quantity,
        usages.started_at,
        usages.event_date,
        coalesce(resolutions.disposition, 'merged') as disposition,
        resolutions.reason,
        parts.merged_into
    from {{ ref('decided_usages') }} as usages
    left join {{ ref('usage_resolutions') }} as resolutions
        on usages.record_id = resolutions.record_id
    left join {{ ref('merged_partials') }} as parts
        on usages.record_id = parts.record_id
    where resolutions.record_id is not null or not parts.is_event

)

select * from rated
union all
select
    record_id,
    event_id,
    cast(null as string) as account_id,
    cast(null as string) as subscription_id,
    cast(null as string) as plan_id,
    cast(null as string) as tariff_id,
    service,
    cast(null as string) as direction,
    cast(null as string) as destination_zone,
    cast(null as string) as destination_prefix,
    cast(null as string) as roaming_zone,
    disposition,
    reason,
    merged_into,
    cast(null as string) as band,
    cast(null as int) as step_no,
    cast(null as string) as bundle_id,
    cast(null as string) as currency,
    cast(null as int) as segment_count,
    record_quantity,
    cast(null as decimal(24, 6)) as quantity,
    cast(null as decimal(24, 6)) as bundle_units,
    cast(null as decimal(24, 6)) as billable_units,
    cast(null as decimal(24, 6)) as billed_units,
    cast(null as decimal(28, 10)) as connection_fee,
    cast(null as decimal(28, 10)) as segment_amount,
    cast(null as decimal(28, 10)) as charge_amount,
    started_at,
    event_date,
    cast(null as date) as usage_date,
    cast(null as date) as cycle_start
from unrated
