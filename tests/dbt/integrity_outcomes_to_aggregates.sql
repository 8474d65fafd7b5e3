-- A row: a table of sums that did not grow by what the run's outcomes and payments changed,
-- or a balance that is not the sums of its account.
with

sums as (

    select
        'before' as taken,
        before.*
    from {{ ref('sums_before') }} as before
    union all
    select
        'after' as taken,
        after.*
    from (
        {{ kept_sums(ref('usage_days'), ref('account_totals'), ref('disposition_days')) }}
    ) as after
    union all
    select
        'change' as taken,
        'usage_days' as kept_in,
        currency as of_what,
        cast(sum(change_sign) as decimal(38, 10)) as counted,
        cast(sum(change_sign * quantity) as decimal(38, 10)) as units,
        cast(sum(change_sign * charge_amount) as decimal(38, 10)) as amount
    from {{ ref('outcome_changes') }}
    where disposition = 'rated'
    group by currency
    union all
    select
        'change' as taken,
        'account_totals' as kept_in,
        currency as of_what,
        cast(0 as decimal(38, 10)) as counted,
        cast(0 as decimal(38, 10)) as units,
        cast(sum(change_sign * charge_amount) as decimal(38, 10)) as amount
    from {{ ref('outcome_changes') }}
    where disposition = 'rated'
    group by currency
    union all
    select
        'change' as taken,
        'account_totals' as kept_in,
        currency as of_what,
        cast(0 as decimal(38, 10)) as counted,
        cast(sum(paid_amount) as decimal(38, 10)) as units,
        cast(0 as decimal(38, 10)) as amount
    from {{ ref('stg_payments') }}
    where run_id > {{ last_run_id() }}
    group by currency
    union all
    select
        'change' as taken,
        'disposition_days' as kept_in,
        disposition as of_what,
        cast(sum(change_sign) as decimal(38, 10)) as counted,
        cast(sum(change_sign * record_quantity) as decimal(38, 10)) as units,
        cast(0 as decimal(38, 10)) as amount
    from {{ ref('outcome_changes') }}
    group by disposition

),

compared as (

    select
        kept_in,
        of_what,
        sum(if(taken = 'after', counted, 0)) as counted,
        sum(if(taken = 'after', 0, counted)) as counted_due,
        sum(if(taken = 'after', units, 0)) as units,
        sum(if(taken = 'after', 0, units)) as units_due,
        sum(if(taken = 'after', amount, 0)) as amount,
        sum(if(taken = 'after', 0, amount)) as amount_due
    from sums
    group by kept_in, of_what

)

select
    'sums grow by what outcomes change' as invariant,
    concat(kept_in, ' ', of_what) as of_what,
    concat_ws(
        ' ', 'count', counted, 'and not', counted_due, 'units', units, 'and not',
        units_due, 'amount', amount, 'and not', amount_due
    ) as figures
from compared
where counted != counted_due or units != units_due or amount != amount_due
union all
select
    'a balance is the sums of its account' as invariant,
    concat('account ', balances.account_id) as of_what,
    concat_ws(
        ' ', 'unbilled', balances.unbilled_amount, 'and not', totals.unbilled_amount,
        'paid', balances.paid_amount, 'and not', totals.paid_amount
    ) as figures
from {{ ref('account_balances') }} as balances
left join {{ ref('account_totals') }} as totals
    on
        balances.account_id = totals.account_id
        and balances.currency = totals.currency
where
    balances.run_id = {{ run_id() }}
    and (
        balances.unbilled_amount != coalesce(totals.unbilled_amount, 0)
        or balances.paid_amount != coalesce(totals.paid_amount, 0)
    )
