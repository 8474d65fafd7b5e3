{{ config(tags=['invariant']) }}

-- A row: an event of the last run that did not grow by the units of the records that
-- were merged into it. What is beyond any event's size keeps its place, not its size.
with

growth as (

    select
        coalesce(merged_into, event_id) as event_id,
        quantity,
        if(merged_into is null, quantity - record_quantity, -record_quantity) as units
    from {{ ref('rating_batch') }}
    where merged_into is not null or quantity != record_quantity

)

select
    event_id,
    sum(units) as units_astray
from growth
group by event_id
having sum(units) != 0 and max(abs(quantity)) < 1000000000000
