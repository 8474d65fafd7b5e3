-- The accounts whose balance may have changed in this run.
select account_id
from {{ ref('account_totals') }}
where run_id = {{ run_id() }}
union
select account_id
from {{ ref('changed_accounts') }}
