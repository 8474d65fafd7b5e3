-- Rule 19: what the statements of the run post: each line of the new version, less each of
-- the version before in its own currency.
with

versions as (

    select
        statement_id,
        statement_id as of_version,
        account_id,
        currency,
        cast(1 as decimal(1, 0)) as change_sign,
        cycle_end_at
    from {{ ref('statements') }}
    where run_id = {{ run_id() }}
    union all
    select
        new_versions.statement_id,
        old_versions.statement_id as of_version,
        old_versions.account_id,
        old_versions.currency,
        cast(-1 as decimal(1, 0)) as change_sign,
        new_versions.cycle_end_at
    from {{ ref('statements') }} as new_versions
    inner join {{ ref('statements') }} as old_versions
        on new_versions.supersedes = old_versions.statement_id
    where new_versions.run_id = {{ run_id() }}

),

postings as (

    select
        versions.statement_id,
        versions.account_id,
        versions.currency,
        versions.change_sign,
        versions.cycle_end_at,
        stack(
            3,
            'receivable',
            -- bounded: two amounts below 10^17 minor units
            cast(lines.net_amount + lines.tax_amount as decimal(24, 6)),
            if(
                lines.line_type = 'discount', 'discount', concat(lines.line_type, '_revenue')
            ),
            {{ negated('lines.net_amount') }},
            'tax_payable',
            {{ negated('lines.tax_amount') }}
        ) as (ledger_account, amount)
    from {{ ref('statement_lines') }} as lines
    inner join versions on lines.statement_id = versions.of_version
    where {{ is_cycle_of_run('lines.cycle_start', ref('statements')) }}

)

select
    statement_id as source_id,
    account_id,
    ledger_account,
    currency,
    cycle_end_at as effective_at,
    -- bounded: amounts below 10^17 minor units each, by the sum of its statement
    cast(sum(change_sign * amount) as decimal(24, 6)) as amount,
    concat('statement/', statement_id) as transaction_id
from postings
group by statement_id, account_id, ledger_account, currency, cycle_end_at
