{{ config(materialized='table') }}

-- The accounts with new account records since the last run, and from when on they
-- changed.
with

new_accounts as (

    select
        account_id,
        min(effective_at) as changed_from
    from {{ source('raw', 'accounts') }}
    where run_id > {{ var('last_run_id') }}
    group by account_id

)

select * from new_accounts
