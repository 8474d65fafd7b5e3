select
    payment_id,
    account_id,
    kind,
    method,
    reference,
    currency,
    file_id,
    amount,
    cast(
        -- bounded: by one
        amount * cast(if(kind in ('payment', 'credit'), 1, -1) as decimal(1, 0))
        as decimal(24, 6)
    ) as paid_amount,
    record_no,
    received_at,
    known_at,
    run_id
from {{ source('raw', 'payments') }}
