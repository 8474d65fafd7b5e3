-- Payments that came again: the first record known is the payment.
with

numbered as (

    select
        *,
        row_number() over (
            partition by payment_id order by run_id, known_at, file_id, record_no
        ) as said_no
    from {{ ref('stg_payments') }}

)

select
    again.file_id,
    again.record_no,
    again.payment_id,
    again.account_id,
    again.kind,
    again.currency,
    again.amount,
    again.received_at,
    again.known_at,
    again.account_id = payments.account_id
    and again.kind = payments.kind
    and again.currency = payments.currency
    and again.amount = payments.amount
    and again.received_at = payments.received_at
    and again.method <=> payments.method
    and again.reference <=> payments.reference as is_same
from numbered as again
inner join {{ ref('payments') }} as payments
    on again.payment_id = payments.payment_id
where again.said_no > 1
