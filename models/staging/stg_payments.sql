with

delivered as (

    select * from {{ source('raw', 'payments') }}

),

-- A payment posts once: of two rows with one payment_id the first known stays.
first_known as (

    select *
    from delivered
    qualify row_number() over (
        partition by payment_id
        order by known_at, file_id, record_no
    ) = 1

),

with_sign as (

    select
        payment_id,
        account_id,
        kind,
        method,
        reference,
        currency,
        amount,
        if(kind in ('payment', 'credit'), amount, -amount) as paid_amount,
        received_at,
        known_at,
        run_id
    from first_known

)

select * from with_sign
