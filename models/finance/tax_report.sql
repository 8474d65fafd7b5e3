-- The tax on the last versions of all statements, in the month in which their cycles end.
with

statements as (

    select
        statements.statement_id,
        statements.currency,
        trunc(date_add(statements.cycle_end, -1), 'MM') as tax_month,
        max(if(
            statements.cycle_end_at > periods.valid_from
            and statements.cycle_end_at <= periods.valid_to,
            periods.tax_profile,
            null
        )) as tax_profile
    from {{ ref('current_statements') }} as statements
    left join {{ ref('account_periods') }} as periods
        on statements.account_id = periods.account_id
    group by statements.statement_id, statements.currency, statements.cycle_end

)

select
    statements.tax_month,
    statements.tax_profile,
    lines.tax_basis,
    statements.currency,
    lines.tax_rate,
    -- bounded: amounts below 10^17 each, and this has 38 digits
    cast(sum(lines.net_amount) as decimal(38, 6)) as net_amount,
    -- bounded: amounts below 10^17 each, and this has 38 digits
    cast(sum(lines.tax_amount) as decimal(38, 6)) as tax_amount,
    -- bounded: amounts below 10^17 each, and this has 38 digits
    cast(sum(lines.net_amount + lines.tax_amount) as decimal(38, 6)) as total_amount,
    count(distinct statements.statement_id) as statement_count
from statements
inner join {{ ref('statement_lines') }} as lines
    on statements.statement_id = lines.statement_id
group by
    statements.tax_month,
    statements.tax_profile,
    lines.tax_basis,
    statements.currency,
    lines.tax_rate
