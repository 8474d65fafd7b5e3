with

superseded as (

    select supersedes as statement_id
    from {{ ref('statements') }}
    where supersedes is not null

)

select
    statements.statement_id,
    statements.account_id,
    statements.currency,
    statements.supersedes,
    statements.version,
    statements.line_count,
    statements.net_amount,
    statements.tax_amount,
    statements.total_amount,
    statements.cycle_start,
    statements.cycle_end,
    statements.cycle_start_at,
    statements.cycle_end_at,
    statements.closed_at,
    statements.run_id
from {{ ref('statements') }} as statements
left anti join superseded on statements.statement_id = superseded.statement_id
