-- The cycles with charges of the accounts whose balance may have changed, with the currency
-- of the cycle (rule 12).
with

charged as (

    select cycles.*
    from {{ ref('account_cycles') }} as cycles
    left semi join {{ ref('changed_balances') }} as changed
        on cycles.account_id = changed.account_id

),

terms as (

    select
        charged.account_id,
        charged.cycle_start,
        {{ in_force_or_first('currency', 'cast(charged.cycle_start as timestamp)') }} as currency
    from charged
    inner join {{ ref('account_periods') }} as periods
        on charged.account_id = periods.account_id
    group by charged.account_id, charged.cycle_start

)

select
    charged.account_id,
    charged.currency,
    coalesce(terms.currency, charged.currency) as cycle_currency,
    charged.charge_amount,
    charged.debit_amount,
    charged.run_id = {{ run_id() }} as is_changed,
    charged.cycle_start
from charged
left join terms
    on
        charged.account_id = terms.account_id
        and charged.cycle_start = terms.cycle_start
