-- The events that need more than one step, band or tariff for what bundles left of them,
-- that the cycle's total decides, or whose amounts are too large for bigints.
select record_id
from {{ ref('short_charges') }}
where is_long
