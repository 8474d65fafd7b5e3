-- The events that need more than one step, band or tariff, that bundles or the cycle's
-- total decide, or whose amounts are too large for bigints.
with

short as (

    select record_id from {{ ref('short_charges') }}

),

candidates as (

    select distinct record_id from {{ ref('bundle_candidates') }}

)

select distinct usages.record_id
from {{ ref('banded_usages') }} as usages
left join short on usages.record_id = short.record_id
left join candidates on usages.record_id = candidates.record_id
where short.record_id is null or candidates.record_id is not null
