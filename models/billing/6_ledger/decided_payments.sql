-- Rule 19: the payments that are new, and those held before that stand otherwise now.
with

with_reason as (

    select
        *,
        if(signed_amount < 0, cast(-1 as decimal(1, 0)), cast(1 as decimal(1, 0))) as sign,
        case
            when received_at > {{ known_at() }} then 'dated_in_future'
            when account_currency is null then 'unknown_account'
            when currency != account_currency and exchange_rate is null
                then 'no_exchange_rate'
            when account_amount is null then 'amount_out_of_range'
        end as reason
    from {{ ref('converted_payments') }}

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
