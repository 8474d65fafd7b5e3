-- Accounts below an account count with it down to ten levels. Where parents form a ring,
-- each account of it stands below all others of it, and counts once for each.
{%- set levels = 10 %}
with

parents as (

    select
        children.account_id,
        children.parent_account_id
    from {{ ref('account_balances') }} as children
    left semi join {{ ref('account_balances') }} as parents
        on children.parent_account_id = parents.account_id
    where children.parent_account_id != children.account_id

),

level_0 as (

    select
        account_id,
        account_id as member_id
    from {{ ref('account_balances') }}

),

{% for level in range(1, levels + 1) %}
level_{{ level }} as (

    select distinct
        parents.parent_account_id as account_id,
        below.member_id
    from level_{{ level - 1 }} as below
    inner join parents on below.account_id = parents.account_id

),

{% endfor %}
members as (

    {% for level in range(levels + 1) %}
    select
        account_id,
        member_id
    from level_{{ level }}
    {{ 'union' if not loop.last }}
    {% endfor %}

)

select
    members.account_id,
    balances.currency,
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum(balances.billed_amount) as decimal(38, 10)) as billed_amount,
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum(balances.unbilled_amount) as decimal(38, 10)) as unbilled_amount,
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum(balances.paid_amount) as decimal(38, 10)) as paid_amount,
    -- bounded: sums below 10^28 of at most 10^9 accounts
    cast(sum(balances.balance_amount) as decimal(38, 10)) as balance_amount,
    count(distinct members.member_id) as account_count
from members
inner join {{ ref('account_currency_balances') }} as balances
    on members.member_id = balances.account_id
group by members.account_id, balances.currency
