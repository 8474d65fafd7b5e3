-- The billing cycles of the accounts whose balance may have changed: what was charged in
-- them, in their currency, and the last version of their statement.
with

ranked_statements as (

    select
        statements.*,
        {{ row_no() }} over (
            partition by statements.account_id, statements.cycle_start
            order by statements.version desc
        ) as from_last
    from {{ ref('statements') }} as statements
    left semi join {{ ref('changed_balances') }} as changed
        on statements.account_id = changed.account_id

),

parts as (

    select
        account_id,
        cycle_start,
        cycle_currency as currency,
        cast(null as string) as statement_id,
        if(currency = cycle_currency, charge_amount, cast(0 as decimal(38, 10)))
            as charge_amount,
        if(currency = cycle_currency, debit_amount, cast(0 as decimal(38, 10)))
            as debit_amount,
        cast(null as decimal(24, 6)) as total_amount,
        is_changed as has_new_charges,
        false as has_new_statement,
        cast(null as timestamp) as cycle_end_at,
        cast(null as date) as cycle_end
    from {{ ref('charged_cycles') }}
    union all
    select
        account_id,
        cycle_start,
        cycle_currency as currency,
        cast(null as string) as statement_id,
        charge_amount,
        debit_amount,
        cast(null as decimal(24, 6)) as total_amount,
        false as has_new_charges,
        false as has_new_statement,
        cast(null as timestamp) as cycle_end_at,
        cast(null as date) as cycle_end
    from {{ ref('foreign_charges') }}
    union all
    select
        account_id,
        cycle_start,
        currency,
        statement_id,
        cast(0 as decimal(38, 10)) as charge_amount,
        cast(0 as decimal(38, 10)) as debit_amount,
        total_amount,
        false as has_new_charges,
        run_id = {{ run_id() }} as has_new_statement,
        cycle_end_at,
        cycle_end
    from ranked_statements
    where from_last = 1

)

select
    account_id,
    cycle_start,
    -- bounded: one of own and one of other charges
    cast(sum(charge_amount) as decimal(38, 10)) as charge_amount,
    -- bounded: one of own and one of other charges
    cast(sum(debit_amount) as decimal(38, 10)) as debit_amount,
    max(statement_id) as statement_id,
    coalesce(
        max(if(statement_id is not null, currency, null)), max(currency)
    ) as currency,
    max(total_amount) as total_amount,
    bool_or(has_new_charges) as has_new_charges,
    bool_or(has_new_statement) as has_new_statement,
    max(cycle_end_at) as cycle_end_at,
    max(cycle_end) as cycle_end
from parts
group by account_id, cycle_start
