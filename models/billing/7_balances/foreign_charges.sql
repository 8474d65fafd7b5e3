-- Rule 16: what was charged in another currency than the cycle's, each event by the rate
-- of its time.
with

foreign_cycles as (

    select distinct
        account_id,
        currency,
        cycle_currency,
        cycle_start
    from {{ ref('charged_cycles') }}
    where currency != cycle_currency

),

converted as (

    select
        outcomes.account_id,
        outcomes.cycle_start,
        cycles.cycle_currency,
        coalesce(
            {{ converted_charge('outcomes.charge_amount', 'rates.rate') }},
            cast(0 as decimal(28, 10))
        ) as amount
    from {{ ref('usage_outcomes') }} as outcomes
    inner join foreign_cycles as cycles
        on
            outcomes.account_id = cycles.account_id
            and outcomes.cycle_start = cycles.cycle_start
            and outcomes.currency = cycles.currency
    left join {{ known('exchange_rates') }} as rates
        on
            outcomes.currency = rates.from_currency
            and cycles.cycle_currency = rates.to_currency
            and outcomes.started_at >= {{ open_from('rates.valid_from') }}
            and outcomes.started_at < {{ open_to('rates.valid_to') }}
    where
        outcomes.disposition = 'rated'
        and {{ is_day_of_foreign_usage(
            'outcomes.event_date',
            ref('account_cycles'),
            ref('account_periods'),
            ref('changed_balances')
        ) }}

)

select
    account_id,
    cycle_start,
    cycle_currency,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(sum(amount) as decimal(38, 10)) as charge_amount,
    -- bounded: below 10^17 each, and this has 38 digits
    cast(
        sum(greatest(amount, cast(0 as decimal(28, 10)))) as decimal(38, 10)
    ) as debit_amount
from converted
group by account_id, cycle_start, cycle_currency
