-- A row: a table of sums that did not grow by what the run's outcomes, payments and
-- statements changed.
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
        {{ kept_sums(
            ref('usage_days'),
            ref('revenue_days'),
            ref('account_cycles'),
            ref('account_totals'),
            ref('disposition_days')
        ) }}
    ) as after
    union all
    {% for kept_in, units in [
        ('usage_days', 'change_sign * quantity'), ('revenue_days', 'change_sign * quantity'),
        ('account_cycles', '0'),
    ] %}
    select
        'change' as taken,
        '{{ kept_in }}' as kept_in,
        currency as of_what,
        cast(sum(change_sign) as decimal(38, 10)) as counted,
        cast(sum({{ units }}) as decimal(38, 10)) as units,
        cast(sum(change_sign * charge_amount) as decimal(38, 10)) as amount
    from {{ ref('outcome_changes') }}
    where disposition = 'rated'
    group by currency
    union all
    {% endfor %}
    select
        'change' as taken,
        'account_totals' as kept_in,
        account_currency as of_what,
        cast(sum(if(kind = 'payment', 1, 0)) as decimal(38, 10)) as counted,
        cast(sum(paid_amount) as decimal(38, 10)) as units,
        cast(0 as decimal(38, 10)) as amount
    from {{ ref('decided_payments') }}
    where reason is null
    group by account_currency
    union all
    select
        'change' as taken,
        'account_totals' as kept_in,
        currency as of_what,
        cast(0 as decimal(38, 10)) as counted,
        cast(0 as decimal(38, 10)) as units,
        cast(sum(change_sign * total_amount) as decimal(38, 10)) as amount
    from (
        {{ statement_changes() }}
    ) as statements
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
