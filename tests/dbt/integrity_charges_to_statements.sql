-- A row: a statement of the run that does not bill what its cycle was charged, that is not
-- the sum of its lines, or that differs from the version before by something else than its
-- deltas.
with

statements as (

    select * from {{ ref('statements') }}
    where run_id = {{ run_id() }}

),

lines as (

    select * from {{ ref('statement_lines') }}
    where run_id = {{ run_id() }}

),

charged as (

    select
        account_id,
        cycle_start,
        currency,
        cast(0 as decimal(38, 10)) as billed_amount,
        charge_amount as charged_amount
    from {{ ref('account_cycles') }}
    where {{ is_cycle_of_run('cycle_start', ref('statements')) }}
    union all
    select
        account_id,
        cycle_start,
        charge_currency as currency,
        charge_amount as billed_amount,
        cast(0 as decimal(38, 10)) as charged_amount
    from lines
    where line_type = 'usage'
    union all
    select
        account_id,
        cycle_start,
        charge_currency as currency,
        charge_amount as billed_amount,
        cast(0 as decimal(38, 10)) as charged_amount
    from {{ ref('unbillable_items') }}
    where run_id = {{ run_id() }} and line_type = 'usage'

),

cycles as (

    select
        charged.account_id,
        charged.cycle_start,
        charged.currency,
        sum(charged.billed_amount) as billed_sum,
        sum(charged.charged_amount) as charged_sum
    from charged
    left semi join statements
        on
            charged.account_id = statements.account_id
            and charged.cycle_start = statements.cycle_start
    group by charged.account_id, charged.cycle_start, charged.currency
    having sum(charged.billed_amount) != sum(charged.charged_amount)

),

first_versions as (

    select statement_id
    from statements
    where supersedes is null

),

line_sums as (

    select
        statement_id,
        count(*) as line_count,
        sum(net_amount) as net_sum,
        sum(tax_amount) as tax_sum
    from lines
    group by statement_id

),

due as (

    select
        concat_ws('/', account_id, cast(cycle_start as string), to_version) as statement_id,
        currency,
        cast(delta_amount as decimal(38, 6)) as delta_amount,
        cast(0 as decimal(38, 6)) as due_amount
    from {{ ref('statement_deltas') }}
    where run_id = {{ run_id() }}
    union all
    select
        versions.statement_id,
        versions.currency,
        cast(0 as decimal(38, 6)) as delta_amount,
        cast(versions.change_sign * versions.total_amount as decimal(38, 6)) as due_amount
    from (
        {{ statement_changes() }}
    ) as versions
    left anti join first_versions on versions.statement_id = first_versions.statement_id

),

deltas as (

    select
        statement_id,
        currency,
        sum(delta_amount) as delta_sum,
        sum(due_amount) as due_sum
    from due
    group by statement_id, currency
    having sum(delta_amount) != sum(due_amount)

)

select
    'usage lines bill what a cycle was charged' as invariant,
    concat_ws(' ', 'cycle', account_id, cast(cycle_start as string), currency) as of_what,
    concat_ws(' ', billed_sum, 'billed, and not', charged_sum) as figures
from cycles
union all
select
    'lines and their tax make the statement' as invariant,
    concat('statement ', statements.statement_id) as of_what,
    concat_ws(
        ' ', line_sums.line_count, 'lines of', line_sums.net_sum, 'and', line_sums.tax_sum,
        'of tax, but', statements.line_count, 'of', statements.net_amount, 'and',
        statements.tax_amount, 'in the statement:', statements.total_amount
    ) as figures
from statements
left join line_sums on statements.statement_id = line_sums.statement_id
where
    coalesce(line_sums.line_count, 0) != statements.line_count
    or coalesce(line_sums.net_sum, 0) != statements.net_amount
    or coalesce(line_sums.tax_sum, 0) != statements.tax_amount
    or statements.net_amount + statements.tax_amount != statements.total_amount
union all
select
    'deltas say what a version changed' as invariant,
    concat_ws(' ', 'statement', statement_id, currency) as of_what,
    concat_ws(' ', delta_sum, 'in deltas, and not', due_sum) as figures
from deltas
