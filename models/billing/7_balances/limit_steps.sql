-- Rule 19: all that moves what an account uses of its credit limit since it changed, and
-- each change of the limit itself.
with

account_currencies as (

    select distinct
        account_id,
        currency
    from {{ ref('account_periods') }}

),

usages as (

    select
        outcomes.account_id,
        outcomes.event_id,
        outcomes.started_at,
        cycles.currency,
        case
            when outcomes.currency = cycles.currency then outcomes.charge_amount
            else coalesce(
                {{ converted_charge('outcomes.charge_amount', 'rates.rate') }},
                cast(0 as decimal(28, 10))
            )
        end as amount
    from {{ ref('usage_outcomes') }} as outcomes
    inner join {{ ref('changed_limits') }} as limits
        on
            outcomes.account_id = limits.account_id
            and outcomes.started_at >= limits.changed_from
    inner join {{ ref('changed_cycles') }} as cycles
        on
            outcomes.account_id = cycles.account_id
            and outcomes.cycle_start = cycles.cycle_start
    left join {{ known('exchange_rates') }} as rates
        on
            outcomes.currency = rates.from_currency
            and cycles.currency = rates.to_currency
            and outcomes.currency != cycles.currency
            and outcomes.started_at >= {{ open_from('rates.valid_from') }}
            and outcomes.started_at < {{ open_to('rates.valid_to') }}
    where
        outcomes.disposition = 'rated'
        and {{ is_since_first_day('outcomes.event_date', ref('changed_limits'), 'changed_from') }}

)

select
    account_id,
    currency,
    event_id,
    'usage' as event_kind,
    cast(amount as decimal(38, 10)) as amount,
    started_at as happened_at
from usages
union all
select
    cycles.account_id,
    cycles.currency,
    cycles.statement_id as event_id,
    'statement' as event_kind,
    -- bounded: sums below 10^28
    cast(cycles.total_amount - cycles.charge_amount as decimal(38, 10)) as amount,
    cycles.cycle_end_at as happened_at
from {{ ref('changed_cycles') }} as cycles
inner join {{ ref('changed_limits') }} as limits
    on
        cycles.account_id = limits.account_id
        and cycles.cycle_end_at >= limits.changed_from
union all
select
    payments.account_id,
    payments.account_currency as currency,
    payments.payment_id as event_id,
    payments.kind as event_kind,
    {{ negated('payments.paid_amount', 'decimal(38, 10)') }} as amount,
    payments.received_at as happened_at
from {{ ref('payments') }} as payments
inner join {{ ref('changed_limits') }} as limits
    on
        payments.account_id = limits.account_id
        and payments.received_at >= limits.changed_from
where
    payments.status = 'posted'
    and {{ is_since_first('payments.received_at', ref('changed_limits'), 'changed_from') }}
union all
select
    periods.account_id,
    currencies.currency,
    '' as event_id,
    'limit' as event_kind,
    cast(0 as decimal(38, 10)) as amount,
    periods.valid_from as happened_at
from {{ ref('account_periods') }} as periods
inner join {{ ref('changed_limits') }} as limits
    on
        periods.account_id = limits.account_id
        and periods.valid_from >= limits.changed_from
inner join account_currencies as currencies
    on periods.account_id = currencies.account_id
