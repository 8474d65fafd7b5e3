-- An action counts as it was said last.
with

numbered as (

    select
        *,
        {{ row_no() }} over (
            partition by action_id
            order by known_at desc, file_id desc, record_no desc
        ) as said_no
    from {{ source('raw', 'actions') }}

),

final as (

    select
        action_id,
        subscription_id,
        account_id,
        subscriber,
        plan_id,
        bundle_id,
        action,
        effective_at,
        expires_at,
        known_at,
        run_id,
        coalesce(quantity, 1) as quantity
    from numbered
    where said_no = 1

)

select * from final
