-- The cycles with an amount that is out of range: they stay as they are.
select
    exact_lines.account_id,
    exact_lines.cycle_start
from {{ ref('exact_lines') }} as exact_lines
left anti join {{ ref('billed_lines') }} as billed
    on
        exact_lines.account_id = billed.account_id
        and exact_lines.cycle_start = billed.cycle_start
group by exact_lines.account_id, exact_lines.cycle_start
