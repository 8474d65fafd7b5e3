-- depends_on: {{ ref('decided_before') }}
select
    period.record_id,
    period.subscription_id,
    period.tariff_id,
    period.units,
    period.cycle_start,
    usages.event_date
from {{ ref('period_units') }} as period
inner join {{ ref('banded_usages') }} as usages
    on period.record_id = usages.record_id
