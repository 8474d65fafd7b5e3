-- What was true of an account when. A run replaces the accounts that new records touch.
with

changed as (

    select
        accounts.*,
        lead(accounts.effective_at) over (
            partition by accounts.account_id order by accounts.effective_at
        ) as next_from
    from {{ ref('stg_accounts') }} as accounts
    left semi join {{ ref('changed_accounts') }} as changed_accounts
        on accounts.account_id = changed_accounts.account_id

),

final as (

    select
        account_id,
        parent_account_id,
        name,
        currency,
        time_zone,
        tax_profile,
        bill_day,
        credit_limit,
        effective_at as valid_from,
        {{ open_to('next_from') }} as valid_to
    from changed

)

select * from final
