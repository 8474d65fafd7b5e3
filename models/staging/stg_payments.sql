-- A payment posts once: of two records with one payment_id the first known stays.
with

numbered as (

    select
        *,
        row_number() over (
            partition by payment_id
            order by known_at, file_id, record_no
        ) as said_no
    from {{ source('raw', 'payments') }}

),

final as (

    select
        payment_id,
        account_id,
        kind,
        method,
        reference,
        currency,
        amount,
        cast(
            -- bounded: by one
            amount * cast(if(kind in ('payment', 'credit'), 1, -1) as decimal(1, 0))
            as decimal(24, 6)
        ) as paid_amount,
        received_at,
        known_at,
        run_id
    from numbered
    where said_no = 1

)

select * from final
