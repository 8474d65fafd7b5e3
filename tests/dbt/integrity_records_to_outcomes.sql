-- A row: records of a file that do not have exactly one outcome each, with their own units,
-- or an event that does not have the units of the records merged into it.
with

received as (

    select
        record_id,
        file_id,
        quantity
    from {{ source('raw', 'usage') }}
    where run_id > {{ last_run_id() }}
    union all
    select
        record_id,
        'an earlier run' as file_id,
        record_quantity as quantity
    from {{ ref('outcomes_before') }}

),

decided as (

    select
        record_id,
        count(*) as outcome_count,
        min(record_quantity) as quantity
    from {{ ref('decided_outcomes') }}
    group by record_id

),

records_astray as (

    select
        received.record_id,
        received.quantity as received_quantity,
        decided.quantity as decided_quantity,
        coalesce(received.file_id, 'no run') as file_id,
        coalesce(decided.outcome_count, 0) as outcome_count
    from received
    full outer join decided on received.record_id = decided.record_id
    where
        received.record_id is null
        or not decided.outcome_count <=> 1
        or not received.quantity <=> decided.quantity

),

merged as (

    select
        merged_into,
        -- bounded: quantities are below 10^18, and this has 34 digits
        sum(record_quantity) as units
    from {{ ref('decided_outcomes') }}
    where disposition = 'merged'
    group by merged_into

),

events_astray as (

    select
        events.event_id,
        events.record_quantity,
        merged.units,
        events.quantity
    from {{ ref('decided_outcomes') }} as events
    left join merged on events.event_id = merged.merged_into
    where
        events.disposition = 'rated'
        and events.quantity - events.record_quantity != coalesce(merged.units, 0)

)

select
    'each record has one outcome' as invariant,
    concat('file ', file_id) as of_what,
    concat_ws(
        ' ',
        count(record_id), 'records of', sum(received_quantity),
        'units, but', sum(outcome_count), 'outcomes of', sum(decided_quantity)
    ) as figures
from records_astray
group by file_id
union all
select
    'an event has the units of its records' as invariant,
    concat('event ', event_id) as of_what,
    concat_ws(
        ' ',
        'its own', record_quantity, 'and', coalesce(units, 0), 'merged, but', quantity
    ) as figures
from events_astray
