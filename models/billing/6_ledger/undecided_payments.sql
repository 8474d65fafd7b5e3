-- Rule 19: the payments that are new to the run, as they were said first, and those that
-- earlier runs hold.
with

new_records as (

    select
        *,
        {{ row_no() }} over (
            partition by payment_id order by run_id, known_at, file_id, record_no
        ) as said_no
    from {{ ref('stg_payments') }}
    where run_id > {{ last_run_id() }}

)

select
    new_records.payment_id,
    new_records.account_id,
    new_records.kind,
    new_records.method,
    new_records.reference,
    new_records.currency,
    cast(null as string) as reason_before,
    new_records.amount,
    new_records.paid_amount as signed_amount,
    false as is_held,
    new_records.received_at,
    new_records.known_at
from new_records
left anti join {{ source('aggregates_before', 'payments') }} as known_payments
    on new_records.payment_id = known_payments.payment_id
where new_records.said_no = 1
union all
select
    payment_id,
    account_id,
    kind,
    method,
    reference,
    currency,
    reason as reason_before,
    amount,
    signed_amount,
    true as is_held,
    received_at,
    known_at
from {{ source('aggregates_before', 'payments') }}
where status = 'held'
