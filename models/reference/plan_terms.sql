-- What rating asks of each plan over time, so that events join it once: its currency
-- (before, between and after its versions that of the last one), how many digits that has,
-- and its calendar, which a plan may have that has nothing else.
with

versions as (

    select
        plan_id,
        currency,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to,
        row_number() over (partition by plan_id order by valid_from desc) as from_last
    from {{ known('plans') }}

),

with_gap as (

    select
        versions.*,
        last_versions.currency as last_currency,
        coalesce(
            lag(versions.valid_to) over (
                partition by versions.plan_id order by versions.valid_from
            ),
            timestamp '0001-01-01 00:00:00'
        ) as gap_from
    from versions
    inner join versions as last_versions
        on versions.plan_id = last_versions.plan_id and last_versions.from_last = 1

),

in_currencies as (

    select
        plan_id,
        currency,
        valid_from,
        valid_to
    from versions
    union all
    select
        plan_id,
        last_currency as currency,
        gap_from as valid_from,
        valid_from as valid_to
    from with_gap
    where gap_from < valid_from
    union all
    select
        plan_id,
        currency,
        valid_to as valid_from,
        timestamp '9999-12-31 00:00:00' as valid_to
    from versions
    where from_last = 1 and valid_to < timestamp '9999-12-31 00:00:00'

),

final as (

    select
        plans.currency,
        calendars.calendar_id,
        coalesce(plans.plan_id, calendars.plan_id) as plan_id,
        if(plans.currency is not null, coalesce(currencies.minor_digits, 2), null)
            as minor_digits,
        {{ open_from('plans.valid_from') }} as valid_from,
        {{ open_to('plans.valid_to') }} as valid_to
    from in_currencies as plans
    full outer join {{ known('plan_calendars') }} as calendars
        on plans.plan_id = calendars.plan_id
    left join {{ known('currencies') }} as currencies
        on plans.currency = currencies.currency

)

select * from final
