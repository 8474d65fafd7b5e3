-- What did statements say at the end of last month, and what do they say of the same cycles now?
-- role: finance
with

-- the knowledge time of the last run is this table's now
clock as (

    select date_trunc('month', max(as_of)) as month_begin from lake.operations.runs

),

then_known as (

    select
        statements.account_id,
        statements.cycle_start,
        statements.currency,
        max_by(statements.total_amount, statements.version) as total_amount
    from lake.aggregates.statements as statements
    cross join clock
    where statements.closed_at <= clock.month_begin
    group by statements.account_id, statements.cycle_start, statements.currency

)

select
    then_known.cycle_start,
    then_known.currency,
    count(*) as statement_count,
    sum(then_known.total_amount) as total_amount_then,
    sum(current_ones.total_amount) as total_amount_now,
    sum(current_ones.total_amount) - sum(then_known.total_amount) as changed_amount
from then_known
inner join lake.aggregates.current_statements as current_ones
    on
        then_known.account_id = current_ones.account_id
        and then_known.cycle_start = current_ones.cycle_start
        and then_known.currency = current_ones.currency
group by then_known.cycle_start, then_known.currency
order by then_known.cycle_start, then_known.currency
