-- Which closed cycles were computed anew, why, and by how much did they change?
-- role: analyst
select
    cycle_start,
    cause,
    currency,
    count(distinct account_id) as account_count,
    sum(line_count) as line_count,
    sum(total_amount) as total_amount,
    sum(abs(total_amount)) as moved_amount,
    max(closed_at) as last_closed_at
from lake.finance.recalculation_changes
group by cycle_start, cause, currency
order by moved_amount desc
