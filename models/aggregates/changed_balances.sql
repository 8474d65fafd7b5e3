-- The accounts whose balance may have changed in this run: by usage, payments and
-- statements, and by their record, also as time goes on.
select account_id
from {{ ref('account_cycles') }}
where run_id = {{ run_id() }}
union
select account_id
from {{ ref('account_totals') }}
where run_id = {{ run_id() }}
union
select account_id
from {{ ref('statements') }}
where run_id = {{ run_id() }}
union
select account_id
from {{ ref('changed_accounts') }}
union
select account_id
from {{ ref('account_periods') }}
where valid_from > {{ closed_before() }} and valid_from <= {{ known_at() }}
