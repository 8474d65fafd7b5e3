-- What was charged in cycles without a statement whose currency is not the account's, as after a
-- change of currency.
select
    cycles.account_id,
    cycles.currency,
    -- bounded: sums below 10^28 of at most 10^4 cycles
    cast(sum(cycles.charge_amount) as decimal(38, 10)) as unbilled_amount,
    cast({{ run_id() }} as bigint) as run_id
from {{ ref('changed_cycles') }} as cycles
left anti join {{ ref('account_balances') }} as balances
    on
        cycles.account_id = balances.account_id
        and cycles.currency = balances.currency
where cycles.statement_id is null
group by cycles.account_id, cycles.currency
