-- What waits for a tariff, an account or a correction, and what would it come to?
-- role: analyst
select
    reason,
    service,
    currency,
    sum(record_count) as record_count,
    sum(value_amount) as value_amount,
    min(suspended_month) as first_month
from lake.finance.suspended_value
where what = 'usage'
group by reason, service, currency
order by value_amount desc nulls last
