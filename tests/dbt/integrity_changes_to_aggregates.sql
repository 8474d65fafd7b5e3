-- A row: a sum that did not grow by what the run's outcomes and payments changed it by, a
-- balance that is not its account's sums, or a bundle used beyond its size.
with

kept as (

    select * from {{ ref('sums_before') }}
)
select 1
