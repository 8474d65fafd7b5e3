{{ config(materialized='table') }}

-- The records of earlier runs that belong to events to rate again.
select {{ staged_columns() }}
from {{ ref('stg_usages') }} as usages
left semi join {{ ref('events_to_rate_again') }} as events
    on usages.root_event_id = events.event_id
where
    usages.run_id <= {{ var('last_run_id') }}
    and {{ when_they_started(ref('events_to_rate_again')) }}
