-- Rule 19: what the payments of the run post. Money that moved but cannot count towards
-- an account yet stands in suspense, in its own currency, until it can.
with

payments as (

    select
        payment_id,
        account_id,
        currency,
        account_currency,
        signed_amount,
        paid_amount,
        received_at,
        {{ negated('signed_amount') }} as minus_signed,
        {{ negated('paid_amount') }} as minus_paid,
        if(kind in ('credit', 'debit'), 'adjustment', 'cash') as contra_account,
        reason is null as is_posted,
        reason is not null and reason != 'dated_in_future' as is_suspended,
        reason_before is not null and reason_before != 'dated_in_future' as was_suspended
    from {{ ref('decided_payments') }}

),

postings as (

    select
        payment_id,
        account_id,
        was_suspended,
        received_at,
        stack(
            4,
            -- what moved, in its own currency, or goes from there into the account's
            contra_account,
            currency,
            case
                when is_suspended and not was_suspended then signed_amount
                when is_posted and was_suspended and currency != account_currency
                    then minus_signed
            end,
            'suspense',
            currency,
            case
                when is_suspended and not was_suspended then minus_signed
                when is_posted and was_suspended then signed_amount
            end,
            -- what counts, in the account's currency
            contra_account,
            account_currency,
            if(
                is_posted and (not was_suspended or currency != account_currency),
                paid_amount,
                null
            ),
            'receivable',
            account_currency,
            minus_paid
        ) as (ledger_account, ledger_currency, amount)
    from payments

)

select
    payment_id as source_id,
    account_id,
    ledger_account,
    ledger_currency as currency,
    amount,
    received_at as effective_at,
    concat(if(was_suspended, 'applied_payment/', 'payment/'), payment_id)
        as transaction_id
from postings
where amount is not null
