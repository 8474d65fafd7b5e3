{{ config(materialized='ephemeral') }}

-- A plan with all its versions, the last one first.
with

plans as (

    select * from {{ known(ref('plans')) }}

),

final as (

    select
        plan_id,
        reverse(array_sort(collect_list(struct(
            {{ open_from('valid_from') }} as valid_from,
            {{ open_to('valid_to') }} as valid_to,
            currency
        )))) as versions
    from plans
    group by plan_id

)

select * from final
