{{ config(materialized='ephemeral') }}

-- The usage records that a run decides anew: those that are new, and the known ones of events to rate
-- again.
with

new_usages as (

    select * from {{ ref('stg_usages') }} where run_id > {{ var('last_run_id') }}

),
{% if var('last_run_id') > 0 %}
again as (

    select *
    from {{ ref('stg_usages') }}
    left semi join {{ ref('events_to_rate_again') }} as events
        on root_event_id = events.event_id
    where run_id <= {{ var('last_run_id') }}

),
{% endif %}
final as (

    select *, true as is_new from new_usages
    {% if var('last_run_id') > 0 %}
    union all
    select *, false as is_new from again
    {% endif %}

)

select * from final
