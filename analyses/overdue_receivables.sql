-- How much is open, and how much of it for longer than 60 days?
-- role: finance
select
    currency,
    account_count,
    open_amount,
    unallocated_amount,
    cast((days_60_amount + days_90_amount) / nullif(open_amount, 0) as decimal(5, 4))
        as overdue_share,
    days_60_amount + days_90_amount as overdue_amount
from lake.finance.ageing_report
order by currency
