-- What each record that the run decides comes to, as rated.usage_outcomes keeps it.
{%- set of_record = [
    'record_id', 'event_id', 'service', 'record_quantity', 'started_at', 'event_date',
] %}
{#- what only a rated event has -#}
{%- set of_charge = {
    'account_id': 'account_id', 'subscription_id': 'subscription_id', 'plan_id': 'plan_id',
    'tariff_id': 'charged_tariff_id', 'direction': 'direction', 'destination_zone': 'destination_zone',
    'destination_prefix': 'destination_prefix', 'roaming_zone': 'roaming_zone', 'band': 'segment_band',
    'step_no': 'segment_step_no', 'bundle_id': 'bundle_id', 'currency': 'currency',
    'segment_count': 'cast(segment_count as int)', 'has_stored_segments': 'has_stored_segments', 'quantity': 'quantity',
    'bundle_units': unscaled_units('sign * bundle_units'), 'billable_units': unscaled_units('sign * billable_units'),
    'billed_units': unscaled_units('sign * segment_billed_units'),
    'connection_fee': unscaled_money('sign * charged_fee'),
    'segment_amount': unscaled_money('sign * segment_amount'),
    'charge_amount': unscaled_money('sign * charged_amount'),
    'usage_date': 'usage_date', 'cycle_start': 'cycle_start',
} %}
with

of_events as (

    select
        {{ of_record | join(', ') }},
        if(reason is null, 'rated', 'suspended') as disposition,
        reason,
        cast(null as string) as merged_into,
        {% for name, value in of_charge.items() -%}
        case when reason is null then {{ value }} end as {{ name }}{{ ',' if not loop.last }}
        {% endfor %}
    from {{ ref('event_outcomes') }}

),

unrated as (

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

select * from of_events
union all
select
    {{ of_record | join(', ') }},
    disposition,
    reason,
    merged_into,
    {% for name, type in [
        ('account_id', 'string'), ('subscription_id', 'string'), ('plan_id', 'string'), ('tariff_id', 'string'),
        ('direction', 'string'), ('destination_zone', 'string'), ('destination_prefix', 'string'),
        ('roaming_zone', 'string'), ('band', 'string'), ('step_no', 'int'), ('bundle_id', 'string'),
        ('currency', 'string'), ('segment_count', 'int'), ('has_stored_segments', 'boolean'), ('quantity', 'decimal(24, 6)'),
        ('bundle_units', 'decimal(24, 6)'), ('billable_units', 'decimal(24, 6)'), ('billed_units', 'decimal(24, 6)'),
        ('connection_fee', 'decimal(28, 10)'), ('segment_amount', 'decimal(28, 10)'),
        ('charge_amount', 'decimal(28, 10)'), ('usage_date', 'date'), ('cycle_start', 'date'),
    ] -%}
    cast(null as {{ type }}) as {{ name }}{{ ',' if not loop.last }}
    {% endfor %}
from unrated
