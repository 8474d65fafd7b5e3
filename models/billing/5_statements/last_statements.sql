-- The last version of the statements of the cycles that the run computes.
select
    statements.account_id,
    statements.cycle_start,
    max(statements.version) as version,
    max_by(statements.statement_id, statements.version) as statement_id,
    max_by(statements.currency, statements.version) as currency,
    max_by(statements.cycle_start_at, statements.version) as cycle_start_at,
    max_by(statements.cycle_end_at, statements.version) as cycle_end_at
from {{ source('closed', 'statements') }} as statements
left semi join {{ ref('cycles_to_bill') }} as cycles
    on
        statements.account_id = cycles.account_id
        and statements.cycle_start = cycles.cycle_start
group by statements.account_id, statements.cycle_start
