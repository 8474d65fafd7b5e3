-- A row: a transaction of the run that does not sum to 0 or does not say what its statement
-- or payment does, a balance that is not the sums of its account, or a statement of which
-- something is neither settled nor open.
with

entries as (

    select * from {{ ref('ledger_entries') }}
    where run_id = {{ run_id() }}

),

transactions as (

    select
        transaction_id,
        currency,
        sum(amount) as sum_amount
    from entries
    group by transaction_id, currency
    having sum(amount) != 0

),

due as (

    select
        concat('statement ', statement_id) as source,
        currency,
        cast(0 as decimal(38, 10)) as posted_amount,
        cast(change_sign * total_amount as decimal(38, 10)) as due_amount
    from (
        {{ statement_changes() }}
    ) as statements
    union all
    select
        concat('payment ', payment_id) as source,
        account_currency as currency,
        cast(0 as decimal(38, 10)) as posted_amount,
        cast(paid_amount * cast(-1 as decimal(1, 0)) as decimal(38, 10)) as due_amount
    from {{ ref('payments') }}
    where run_id = {{ run_id() }} and status = 'posted'
    union all
    select
        concat(source, ' ', source_id) as source,
        currency,
        cast(amount as decimal(38, 10)) as posted_amount,
        cast(0 as decimal(38, 10)) as due_amount
    from entries
    where ledger_account = 'receivable'

),

postings as (

    select
        source,
        currency,
        sum(posted_amount) as posted_sum,
        sum(due_amount) as due_sum
    from due
    group by source, currency
    having sum(posted_amount) != sum(due_amount)

),

billed as (

    select
        statements.account_id,
        statements.currency,
        sum(statements.total_amount) as amount
    from {{ ref('current_statements') }} as statements
    left semi join {{ ref('changed_balances') }} as changed
        on statements.account_id = changed.account_id
    group by statements.account_id, statements.currency

),

unbilled as (

    select
        cycles.account_id,
        cycles.currency,
        sum(cycles.charge_amount) as amount
    from {{ ref('account_cycles') }} as cycles
    left semi join {{ ref('changed_balances') }} as changed
        on cycles.account_id = changed.account_id
    left anti join {{ ref('statements') }} as statements
        on
            cycles.account_id = statements.account_id
            and cycles.cycle_start = statements.cycle_start
    group by cycles.account_id, cycles.currency

),

-- charges in several currencies are converted event by event
with_other_currencies as (

    select cycles.account_id
    from {{ ref('account_cycles') }} as cycles
    inner join {{ ref('account_periods') }} as periods
        on cycles.account_id = periods.account_id
    where cycles.currency != periods.currency
    group by cycles.account_id

),

balances as (

    select
        balances.account_id,
        balances.billed_amount,
        balances.unbilled_amount,
        balances.paid_amount,
        coalesce(billed.amount, 0) as billed_due,
        if(
            mixed.account_id is null, coalesce(unbilled.amount, 0), balances.unbilled_amount
        ) as unbilled_due,
        coalesce(totals.paid_amount, 0) as paid_due
    from {{ ref('account_balances') }} as balances
    left join billed
        on
            balances.account_id = billed.account_id
            and balances.currency = billed.currency
    left join unbilled
        on
            balances.account_id = unbilled.account_id
            and balances.currency = unbilled.currency
    left join with_other_currencies as mixed
        on balances.account_id = mixed.account_id
    left join {{ ref('account_totals') }} as totals
        on
            balances.account_id = totals.account_id
            and balances.currency = totals.currency
    where balances.run_id = {{ run_id() }}

)

select
    'the ledger sums to 0 per transaction' as invariant,
    concat_ws(' ', 'transaction', transaction_id, currency) as of_what,
    concat_ws(' ', 'sums to', sum_amount) as figures
from transactions
union all
select
    'the ledger has what statements and payments say' as invariant,
    concat_ws(' ', source, currency) as of_what,
    concat_ws(' ', 'receivable', posted_sum, 'and not', due_sum) as figures
from postings
union all
select
    'a balance is the sums of its account' as invariant,
    concat('account ', account_id) as of_what,
    concat_ws(
        ' ', 'billed', billed_amount, 'and not', billed_due, 'unbilled', unbilled_amount,
        'and not', unbilled_due, 'paid', paid_amount, 'and not', paid_due
    ) as figures
from balances
where
    billed_amount != billed_due
    or unbilled_amount != unbilled_due
    or paid_amount != paid_due
union all
select
    'what is settled and what is open are all of a statement' as invariant,
    concat('statement ', statement_id) as of_what,
    concat_ws(
        ' ', settled_amount, 'and', open_amount, 'and not', total_amount
    ) as figures
from {{ ref('statement_payments') }}
where
    run_id = {{ run_id() }}
    and (settled_amount + open_amount != total_amount or open_amount < 0)
