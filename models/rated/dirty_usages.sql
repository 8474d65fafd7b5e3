{{ config(materialized='ephemeral') }}

-- The usage records that a run decides anew: those that are new, and the known ones of
-- events to rate again.
with

decided as (

    select
        {{ staged_columns() }},
        true as is_new
    from {{ ref('stg_usages') }}
    where run_id > {{ var('last_run_id') }}
    {% if var('last_run_id') > 0 %}
    union all
    select
        {{ staged_columns() }},
        false as is_new
    from {{ ref('known_usages') }}
    {% endif %}

)

select * from decided
