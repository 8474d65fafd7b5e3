with

delivered as (

    select * from {{ source('raw', 'actions') }}

),

last_known as (

    select *
    from delivered
    qualify row_number() over (
        partition by action_id
        order by known_at desc, file_id desc, record_no desc
    ) = 1

),

with_defaults as (

    select
        action_id,
        subscription_id,
        account_id,
        subscriber,
        plan_id,
        bundle_id,
        action,
        coalesce(quantity, 1) as quantity,
        effective_at,
        expires_at,
        known_at,
        run_id
    from last_known

)

select * from with_defaults
