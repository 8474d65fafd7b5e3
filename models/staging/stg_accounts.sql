with

delivered as (

    select * from {{ source('raw', 'accounts') }}

),

last_known as (

    select *
    from delivered
    qualify row_number() over (
        partition by account_id, effective_at
        order by known_at desc, file_id desc, record_no desc
    ) = 1

),

with_defaults as (

    select
        account_id,
        parent_account_id,
        name,
        currency,
        time_zone,
        tax_profile,
        coalesce(bill_day, 1) as bill_day,
        credit_limit,
        effective_at,
        known_at,
        run_id
    from last_known

)

select * from with_defaults
