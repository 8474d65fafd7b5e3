-- What the run adds and takes away: the outcomes that it decided, and those that the
-- same records had before.
{%- set columns = [
    'account_id', 'plan_id', 'service', 'destination_zone', 'roaming_zone', 'disposition', 'reason', 'currency',
    'record_quantity', 'quantity', 'charge_amount', 'event_date', 'usage_date', 'cycle_start',
] %}
select
    {{ columns | join(', ') }},
    cast(1 as decimal(1, 0)) as change_sign
from {{ ref('decided_outcomes') }}
union all
select
    {{ columns | join(', ') }},
    cast(-1 as decimal(1, 0)) as change_sign
from {{ ref('outcomes_before') }}
