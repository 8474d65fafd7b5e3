select
    kind,
    method,
    status,
    reason,
    currency,
    -- bounded: amounts below 10^12 each, and this has 38 digits
    cast(sum(amount) as decimal(38, 6)) as amount,
    to_date(received_at) as received_date,
    count(*) as payment_count
from {{ ref('payments') }}
group by kind, method, status, reason, currency, to_date(received_at)
