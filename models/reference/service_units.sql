{{ config(materialized='view') }}

-- Which services are timed: their quantity is a length in seconds that can cross bands.
select
    service,
    is_timed
from {{ known(ref('services')) }}
