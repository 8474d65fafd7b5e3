-- Rule 18: what may have changed the cost of each cycle that the run computes.
with

tariff_changes as (

    {% for name in [
        'tariffs', 'tariff_steps', 'destinations', 'roaming_networks', 'time_bands', 'holidays', 'plan_calendars',
        'services',
    ] %}
    select run_id
    from {{ source('reference', name) }}
    where
        {{ last_run_id() }} > 0
        and (run_id > {{ last_run_id() }} or closed_run_id > {{ last_run_id() }})
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

any_tariff_change as (

    select count(*) > 0 as is_changed from tariff_changes

),

causes as (

    select
        account_id,
        cycle_start,
        cause
    from {{ ref('outcome_causes') }}
    where cause is not null
    union
    select
        outcomes.account_id,
        outcomes.cycle_start,
        'tariff' as cause
    from {{ ref('outcome_causes') }} as outcomes
    cross join any_tariff_change
    where any_tariff_change.is_changed
    union
    select
        cycles.account_id,
        cycles.cycle_start,
        touched.cause
    from {{ ref('cycles_to_bill') }} as cycles
    inner join {{ ref('touched_accounts') }} as touched
        on
            cycles.account_id = touched.account_id
            and cycles.cycle_to > touched.touched_from
    where touched.cause != 'time'

)

select
    account_id,
    cycle_start,
    cause
from causes
