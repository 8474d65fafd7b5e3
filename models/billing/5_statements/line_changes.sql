-- Rule 18: the lines that the run computed and those of the last version, where what they
-- cost differs; in another currency they are others.
with

cycles as (

    select
        cycles.account_id,
        cycles.cycle_start,
        cycles.currency
    from {{ ref('cycles_to_bill') }} as cycles
    left anti join {{ ref('unbillable_cycles') }} as unbillable
        on
            cycles.account_id = unbillable.account_id
            and cycles.cycle_start = unbillable.cycle_start

),

before as (

    select
        lines.account_id,
        lines.cycle_start,
        lines.line_key,
        lines.line_type,
        last_statements.currency,
        lines.net_amount,
        lines.tax_amount
    from {{ source('closed', 'statement_lines') }} as lines
    inner join {{ ref('last_statements') }} as last_statements
        on lines.statement_id = last_statements.statement_id
    left semi join cycles
        on
            lines.account_id = cycles.account_id
            and lines.cycle_start = cycles.cycle_start

),

compared as (

    select
        lines.account_id,
        lines.cycle_start,
        lines.line_key,
        lines.line_type,
        cycles.currency,
        lines.net_amount as new_net_amount,
        lines.tax_amount as new_tax_amount,
        cast(0 as decimal(24, 6)) as old_net_amount,
        cast(0 as decimal(24, 6)) as old_tax_amount
    from {{ ref('billed_lines') }} as lines
    inner join cycles
        on
            lines.account_id = cycles.account_id
            and lines.cycle_start = cycles.cycle_start
    union all
    select
        account_id,
        cycle_start,
        line_key,
        line_type,
        currency,
        cast(0 as decimal(24, 6)) as new_net_amount,
        cast(0 as decimal(24, 6)) as new_tax_amount,
        net_amount as old_net_amount,
        tax_amount as old_tax_amount
    from before

),

summed as (

    select
        account_id,
        cycle_start,
        line_key,
        line_type,
        currency,
        -- bounded: one line before and one after
        cast(sum(new_net_amount) as decimal(24, 6)) as new_net_amount,
        -- bounded: one line before and one after
        cast(sum(new_tax_amount) as decimal(24, 6)) as new_tax_amount,
        -- bounded: one line before and one after
        cast(sum(old_net_amount) as decimal(24, 6)) as old_net_amount,
        -- bounded: one line before and one after
        cast(sum(old_tax_amount) as decimal(24, 6)) as old_tax_amount
    from compared
    group by account_id, cycle_start, line_key, line_type, currency

)

select
    account_id,
    cycle_start,
    line_key,
    line_type,
    currency,
    new_net_amount,
    new_tax_amount,
    old_net_amount,
    old_tax_amount
from summed
where new_net_amount != old_net_amount or new_tax_amount != old_tax_amount
