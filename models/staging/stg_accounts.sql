-- An account's record for a moment counts as it was said last.
with

numbered as (

    select
        *,
        {{ row_no() }} over (
            partition by account_id, effective_at
            order by known_at desc, file_id desc, record_no desc
        ) as said_no
    from {{ source('raw', 'accounts') }}

),

final as (

    select
        account_id,
        parent_account_id,
        name,
        currency,
        time_zone,
        tax_profile,
        credit_limit,
        effective_at,
        known_at,
        run_id,
        coalesce(bill_day, 1) as bill_day
    from numbered
    where said_no = 1

)

select * from final
