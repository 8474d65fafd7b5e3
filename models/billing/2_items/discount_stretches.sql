-- Rule 14: the stretches in which no percent of an account's or a plan's usage begins or
-- ends. A holder is an account, or (for discounts of no account of their own) a plan, `*`
-- being one that no file names.
with

discounts as (

    select
        nullif(account_id, '*') as account_id,
        coalesce(plan_id, '*') as plan_id,
        {{ open_from('valid_from') }} as valid_from,
        {{ open_to('valid_to') }} as valid_to
    from {{ known('discounts') }}
    where
        percent is not null
        and `on` in ('usage', 'total')
        and (account_id is not null or plan_id is not null)

),

plans as (

    select '*' as plan_id
    union
    select plan_id from {{ known('plans') }}

),

held as (

    select
        'account' as holder,
        account_id as holder_id,
        valid_from,
        valid_to
    from discounts
    where account_id is not null
    union all
    select
        'plan' as holder,
        plans.plan_id as holder_id,
        discounts.valid_from,
        discounts.valid_to
    from discounts
    inner join plans on discounts.plan_id in ('*', plans.plan_id)
    where discounts.account_id is null

),

moments as (

    select
        holder,
        holder_id,
        valid_from as moment
    from held
    union
    select
        holder,
        holder_id,
        valid_to as moment
    from held

),

with_end as (

    select
        holder,
        holder_id,
        moment as valid_from,
        lead(moment) over (partition by holder, holder_id order by moment) as valid_to
    from moments

)

select * from with_end
where valid_to is not null
