-- Rule 19: each payment to decide in the currency that its account had when it was
-- received. No amount there: no account, no exchange rate, or out of range.
with

undecided as (

    select * from {{ ref('undecided_payments') }}

),

-- the account's record in force then, else its first
account_currencies as (

    select
        undecided.payment_id,
        {{ in_force_or_first('currency', 'undecided.received_at') }} as currency
    from undecided
    inner join {{ ref('account_periods') }} as periods
        on undecided.account_id = periods.account_id
    group by undecided.payment_id

),

with_rate as (

    select
        undecided.*,
        accounts.currency as account_currency,
        rates.rate as exchange_rate,
        coalesce(currencies.minor_digits, 2) as minor_digits,
        {{ ten_to('16 - coalesce(currencies.minor_digits, 2)') }} as minor_unit,
        {{ product_within(
            scaled_units('undecided.amount'), in_ten_decimals('rates.rate')
        ) }} as product
    from undecided
    left join account_currencies as accounts
        on undecided.payment_id = accounts.payment_id
    left join {{ known('exchange_rates') }} as rates
        on
            undecided.currency = rates.from_currency
            and accounts.currency = rates.to_currency
            and undecided.currency != accounts.currency
            and undecided.received_at >= {{ open_from('rates.valid_from') }}
            and undecided.received_at < {{ open_to('rates.valid_to') }}
    left join {{ known('currencies') }} as currencies
        on accounts.currency = currencies.currency

)

select
    payment_id,
    account_id,
    kind,
    method,
    reference,
    currency,
    account_currency,
    reason_before,
    amount,
    signed_amount,
    exchange_rate,
    is_held,
    received_at,
    known_at,
    -- one rounding, from 10^-16 to whole minor units
    if(
        currency = account_currency,
        amount,
        {{ in_major_units(
            rounded_within('product', 'minor_unit', "'half_up'"), 'minor_digits'
        ) }}
    ) as account_amount
from with_rate
