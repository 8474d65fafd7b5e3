-- Rule 8: the billing cycles of accounts in which the run has usage that a bundle could
-- be for.
with

services as (

    select distinct service from {{ ref('bundle_terms') }}

),

bundled_services as (

    select units.service
    from (
        select service from {{ ref('service_units') }}
        union
        select '*' as service
    ) as units
    inner join services on services.service in ('*', units.service)

)

select distinct
    events.account_id,
    events.cycle_start
from {{ ref('events') }} as events
left semi join bundled_services
    on events.tariff_service = bundled_services.service
where events.reason is null
