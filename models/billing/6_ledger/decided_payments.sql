-- Rule 19: the payments that are new, and those held before that stand otherwise now, in
-- the currency that the account had when they were received.
with

undecided as (

    select * from {{ ref('undecided_payments') }}

),

-- the account's record in force then, else its first
account_currencies as (

    select
        undecided.payment_id,
        coalesce(
            max(if(
                undecided.received_at >= periods.valid_from
                and undecided.received_at < periods.valid_to,
                periods.currency,
                null
            )),
            min_by(periods.currency, periods.valid_from)
        ) as currency
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

),

-- one rounding, from 10^-16 to whole minor units
converted as (

    select
        *,
        if(
            currency = account_currency,
            amount,
            {{ in_major_units(
                rounded_within('product', ten_to('16 - minor_digits'), "'half_up'"), 'minor_digits'
            ) }}
        ) as account_amount,
        if(signed_amount < 0, cast(-1 as decimal(1, 0)), cast(1 as decimal(1, 0))) as sign
    from with_rate

),

with_reason as (

    select
        *,
        case
            when received_at > {{ known_at() }} then 'dated_in_future'
            when account_currency is null then 'unknown_account'
            when currency != account_currency and exchange_rate is null
                then 'no_exchange_rate'
            when account_amount is null then 'amount_out_of_range'
        end as reason
    from converted

),

changed as (

    select * from with_reason
    where not is_held or not reason <=> reason_before

)

select
    payment_id,
    account_id,
    kind,
    method,
    reference,
    currency,
    account_currency,
    reason,
    reason_before,
    amount,
    signed_amount,
    exchange_rate,
    received_at,
    known_at,
    cast(
        -- bounded: by a sign
        if(reason is null, account_amount, null) * sign as decimal(24, 6)
    ) as paid_amount,
    if(reason is null, account_amount, null) as posted_amount
from changed
