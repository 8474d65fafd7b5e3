-- Rule 19: what became of each payment. What takes back more than there was is posted all
-- the same, as the money has moved, and noted.
with

with_sums as (

    select
        payments.*,
        -- bounded: below 10^18 each, and this has 38 digits
        coalesce(totals.paid_amount, cast(0 as decimal(38, 10))) + cast(
            coalesce(sum(payments.paid_amount) over earlier, cast(0 as decimal(24, 6)))
            as decimal(38, 10)
        ) as paid_before,
        -- bounded: counts
        coalesce(totals.payment_count, 0L) + coalesce(
            sum(if(payments.kind = 'payment', 1L, 0L)) over earlier, 0L
        ) as payments_before
    from {{ ref('decided_payments') }} as payments
    left join {{ source('aggregates_before', 'account_totals') }} as totals
        on
            payments.account_id = totals.account_id
            and payments.account_currency = totals.currency
    window earlier as (
        partition by payments.account_id, payments.account_currency, payments.reason
        order by payments.received_at, payments.payment_id
        rows between unbounded preceding and 1 preceding
    )

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
    case
        when reason is not null then null
        when kind = 'chargeback' and payments_before = 0 then 'chargeback_without_payment'
        when kind in ('refund', 'chargeback') and posted_amount > paid_before
            then 'more_than_paid'
    end as note,
    amount,
    signed_amount,
    exchange_rate,
    posted_amount,
    paid_amount,
    received_at,
    known_at,
    {{ known_at() }} as as_of,
    cast({{ run_id() }} as bigint) as run_id,
    if(reason is null, 'posted', 'held') as status
from with_sums
