-- Rule 18: the closed cycles that someone asked to compute anew in this run; a request
-- without an account, plan or days is for any.
with

requests as (

    select * from {{ source('operations', 'recalculations') }}
    where run_id = {{ run_id() }}

)

select distinct
    statements.account_id,
    statements.cycle_start
from {{ source('closed', 'statements') }} as statements
inner join requests
    on
        statements.account_id = coalesce(requests.account_id, statements.account_id)
        and statements.cycle_start < coalesce(requests.to_date, date '9999-12-31')
        and statements.cycle_end > coalesce(requests.from_date, date '0001-01-01')
left join {{ ref('subscription_plans') }} as plans
    on
        statements.account_id = plans.account_id
        and requests.plan_id = plans.plan_id
        and statements.cycle_end_at > plans.valid_from
        and statements.cycle_start <= to_date(plans.valid_to)
where requests.plan_id is null or plans.account_id is not null
