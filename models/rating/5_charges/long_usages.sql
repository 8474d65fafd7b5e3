-- The events that need more than one step, band or tariff, that bundles or the cycle's
-- total decide, or whose amounts are too large for bigints.
select record_id
from {{ ref('short_charges') }}
where amount is null
union
select record_id
from {{ ref('bundle_candidates') }}
