with

lines as (

    select
        account_id,
        cycle_start,
        -- bounded: amounts below 10^17 minor units each, by its rate's sum
        cast(sum(net_amount) as decimal(24, 6)) as net_amount,
        -- bounded: amounts below 10^17 minor units each, by its rate's sum
        cast(sum(tax_amount) as decimal(24, 6)) as tax_amount,
        count(*) as line_count
    from {{ ref('billed_lines') }}
    group by account_id, cycle_start

),

final as (

    select
        versions.statement_id,
        versions.account_id,
        versions.currency,
        versions.supersedes,
        versions.version,
        versions.cycle_start,
        versions.cycle_end,
        versions.cycle_start_at,
        versions.cycle_end_at,
        coalesce(lines.line_count, 0L) as line_count,
        coalesce(lines.net_amount, cast(0 as decimal(24, 6))) as net_amount,
        coalesce(lines.tax_amount, cast(0 as decimal(24, 6))) as tax_amount
    from {{ ref('new_versions') }} as versions
    left join lines
        on
            versions.account_id = lines.account_id
            and versions.cycle_start = lines.cycle_start

)

select
    statement_id,
    account_id,
    currency,
    supersedes,
    {{ code_version() }} as code_version,
    version,
    line_count,
    net_amount,
    tax_amount,
    -- bounded: two amounts below 10^17 minor units
    cast(net_amount + tax_amount as decimal(24, 6)) as total_amount,
    cycle_start,
    cycle_end,
    cycle_start_at,
    cycle_end_at,
    {{ known_at() }} as closed_at,
    cast({{ run_id() }} as bigint) as run_id
from final
