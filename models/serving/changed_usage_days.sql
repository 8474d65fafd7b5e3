{{ config(materialized='table') }}

-- The days of an account whose usage changed since the last run.
select distinct
    account_id,
    usage_date
from {{ change_feed(ref('usage_daily')) }}
