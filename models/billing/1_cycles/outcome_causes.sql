-- Rule 18: the cycles in which the run's usage costs something, or did before, and what
-- brought it: a new record of the event, or (null) only what it depends on.
with

new_records as (

    select
        event_hash,
        min(case kind when 'cancel' then 1 when 'replace' then 2 else 3 end) as kind_no
    from {{ ref('stg_usages') }}
    where {{ last_run_id() }} > 0 and run_id > {{ last_run_id() }}
    group by event_hash

),

decided as (

    select
        usages.record_id,
        new_records.kind_no
    from {{ ref('decided_usages') }} as usages
    left join new_records on usages.event_hash = new_records.event_hash

),

charges as (

    select
        record_id,
        account_id,
        cycle_start
    from {{ ref('decided_outcomes') }}
    where disposition = 'rated'
    union all
    select
        record_id,
        account_id,
        cycle_start
    from {{ ref('outcomes_before') }}
    where disposition = 'rated'

)

select
    charges.account_id,
    charges.cycle_start,
    case min(decided.kind_no)
        when 1 then 'cancellation'
        when 2 then 'correction'
        when 3 then 'late_usage'
    end as cause
from charges
left join decided on charges.record_id = decided.record_id
group by charges.account_id, charges.cycle_start
