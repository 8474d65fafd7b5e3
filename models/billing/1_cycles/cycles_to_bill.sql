-- Rules 17 and 18: the ended cycles that the run computes, with their terms: those of the
-- account's record in force when they begin, else of its first.
with

cycles as (

    select
        account_id,
        cycle_start
    from {{ ref('ended_cycles') }}
    union
    select
        account_id,
        cycle_start
    from {{ ref('outcome_causes') }}
    union
    select
        account_id,
        cycle_start
    from {{ ref('asked_cycles') }}

),

with_terms as (

    select
        cycles.account_id,
        cycles.cycle_start,
        {{ in_force_or_first('time_zone', 'cast(cycles.cycle_start as timestamp)') }} as time_zone,
        {{ in_force_or_first('currency', 'cast(cycles.cycle_start as timestamp)') }} as currency
    from cycles
    inner join {{ ref('account_periods') }} as periods
        on cycles.account_id = periods.account_id
    group by cycles.account_id, cycles.cycle_start

),

with_bounds as (

    select
        *,
        add_months(cycle_start, 1) as cycle_end,
        {{ local_midnight('cycle_start', 'time_zone') }} as cycle_from,
        {{ local_midnight('add_months(cycle_start, 1)', 'time_zone') }} as cycle_to
    from with_terms

)

select
    cycles.account_id,
    cycles.time_zone,
    cycles.currency,
    cycles.cycle_start,
    cycles.cycle_end,
    cycles.cycle_from,
    cycles.cycle_to,
    coalesce(currencies.minor_digits, 2) as minor_digits
from with_bounds as cycles
left join {{ known('currencies') }} as currencies
    on cycles.currency = currencies.currency
where cycles.cycle_to <= {{ closed_until() }}
