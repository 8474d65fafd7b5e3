-- All entries of the ledger by the month in which they take effect and the one in which
-- they were posted; each sums to 0.
select
    ledger_account,
    currency,
    source,
    -- bounded: amounts below 10^18 each, and this has 38 digits
    cast(sum(if(amount > 0, amount, cast(0 as decimal(24, 6)))) as decimal(38, 6))
        as debit_amount,
    -- bounded: amounts below 10^18 each, and this has 38 digits
    cast(sum(if(amount < 0, amount, cast(0 as decimal(24, 6)))) as decimal(38, 6))
        as credit_amount,
    -- bounded: amounts below 10^18 each, and this has 38 digits
    cast(sum(amount) as decimal(38, 6)) as amount,
    trunc(to_date(effective_at), 'MM') as effective_month,
    trunc(to_date(posted_at), 'MM') as posted_month,
    count(*) as entry_count
from {{ ref('ledger_entries') }}
group by
    ledger_account,
    currency,
    source,
    trunc(to_date(effective_at), 'MM'),
    trunc(to_date(posted_at), 'MM')
