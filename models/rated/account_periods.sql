{{
    config(
        materialized='replaced_rows',
        replace_keys=['account_id'],
        replaced_by='rated.changed_accounts',
        statistics_on=['valid_from'],
    )
}}

-- What was true of an account when.
with

accounts as (

    select * from {{ ref('stg_accounts') }}

),

changed as (

    select accounts.*
    from accounts
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
        {{ open_to('lead(effective_at) over in_order') }} as valid_to
    from changed
    window in_order as (partition by account_id order by effective_at)

)

select * from final
