-- Rules 17 and 18: the accounts of which a cycle ended since the last run, or of which
-- earlier cycles may cost something else now: from when on, and why. What usage changed
-- is not here: see touched_cycles.
{%- set last = last_run_id() %}
with

reference_changes as (

    {% for name, cause in [
        ('plans', 'plan'), ('bundles', 'bundle'), ('discounts', 'discount'), ('taxes', 'tax'),
        ('exchange_rates', 'exchange_rate'), ('currencies', 'currency'),
    ] %}
    select
        '{{ cause }}' as cause,
        {{ 'account_id' if name == 'discounts' else 'cast(null as string)' }} as account_id,
        {{ 'plan_id' if name in ('plans', 'bundles', 'discounts') else 'cast(null as string)' }}
            as plan_id,
        {{ open_from('valid_from') if name != 'currencies'
            else "timestamp '0001-01-01 00:00:00'" }} as touched_from
    from {{ source('reference', name) }}
    where {{ last }} > 0 and (run_id > {{ last }} or closed_run_id > {{ last }})
    {{ 'union all' if not loop.last }}
    {% endfor %}

),

general_changes as (

    select
        cause,
        min(touched_from) as touched_from
    from reference_changes
    where coalesce(account_id, '*') = '*' and coalesce(plan_id, '*') = '*'
    group by cause

),

-- the days of the month that began anywhere since the last run
days_that_began as (

    select distinct day(began.began_on) as bill_day
    from (
        select date_add(to_date({{ closed_until() }}), 1 - days.days_ago) as began_on
        from (select explode(sequence(0, 33)) as days_ago) as days
    ) as began
    where
        {{ closed_before() }} < {{ closed_until() }}
        and began.began_on >= date_add(to_date({{ closed_before() }}), -1)

),

touched as (

    select
        account_id,
        changed_from as touched_from,
        'account' as cause
    from {{ ref('changed_accounts') }}
    union all
    select
        actions.account_id,
        changed.changed_from as touched_from,
        if(changed.has_only_bundles, 'bundle', 'plan') as cause
    from {{ source('raw', 'actions') }} as actions
    inner join {{ ref('changed_subscriptions') }} as changed
        on actions.subscription_id = changed.subscription_id
    where actions.account_id is not null
    union all
    select
        account_id,
        touched_from,
        cause
    from reference_changes
    where coalesce(account_id, '*') != '*'
    union all
    select
        plans.account_id,
        changed.touched_from,
        changed.cause
    from {{ ref('subscription_plans') }} as plans
    inner join reference_changes as changed on plans.plan_id = changed.plan_id
    where coalesce(changed.account_id, '*') = '*'
    union all
    select
        accounts.account_id,
        changed.touched_from,
        changed.cause
    from {{ ref('account_periods') }} as accounts
    cross join general_changes as changed
    union all
    select
        accounts.account_id,
        {{ closed_before() }} as touched_from,
        'time' as cause
    from {{ ref('account_periods') }} as accounts
    left semi join days_that_began on accounts.bill_day = days_that_began.bill_day

)

select
    account_id,
    cause,
    min(touched_from) as touched_from
from touched
group by account_id, cause
