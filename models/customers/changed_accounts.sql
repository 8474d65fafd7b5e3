-- The accounts with new account records since the last run, and from when on they
-- changed.
select
    account_id,
    min(effective_at) as changed_from
from {{ source('raw', 'accounts') }}
where run_id > {{ last_run_id() }}
group by account_id
