-- Accounts below an account count with it down to ten levels. Where parents form a ring,
-- each account of it stands below all others of it, and counts once for each.
with

-- each account and those one level below it; then down to 2, 4, 8 and 10 levels
below_1 as (

    select
        account_id,
        account_id as member_id
    from {{ ref('account_balances') }}
    union
    select
        children.parent_account_id as account_id,
        children.account_id as member_id
    from {{ ref('account_balances') }} as children
    left semi join {{ ref('account_balances') }} as parents
        on children.parent_account_id = parents.account_id

),

below_2 as (

    select distinct
        parents.account_id,
        children.member_id
    from below_1 as parents
    inner join below_1 as children on parents.member_id = children.account_id

),

below_4 as (

    select distinct
        parents.account_id,
        children.member_id
    from below_2 as parents
    inner join below_2 as children on parents.member_id = children.account_id

),

below_8 as (

    select distinct
        parents.account_id,
        children.member_id
    from below_4 as parents
    inner join below_4 as children on parents.member_id = children.account_id

),

members as (

    select distinct
        parents.account_id,
        children.member_id
    from below_8 as parents
    inner join below_2 as children on parents.member_id = children.account_id

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
