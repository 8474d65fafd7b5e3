{{ config(materialized='table') }}

-- Every event whose known records a run decides anew: the touched ones, and those that
-- a touched correction corrects.
with

touched as (

    select * from {{ ref('touched_events') }}

),

known_corrections as (

    select
        explode(array(event_id, root_event_id)) as named_event_id,
        root_event_id,
        event_id
    from {{ ref('stg_usages') }}
    where kind != 'original' and run_id <= {{ var('last_run_id') }}

),

corrected as (

    select explode(array(corrections.root_event_id, corrections.event_id)) as event_id
    from known_corrections as corrections
    left semi join touched on corrections.named_event_id = touched.event_id

)

select event_id from touched
union
select event_id from corrected
