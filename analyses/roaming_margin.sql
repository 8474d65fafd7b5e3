-- What does a unit bring abroad, beside what the same service brings at home on the same plan?
-- role: analyst
with

units as (

    select
        plan_id,
        service,
        currency,
        roaming_zone,
        sum(charge_amount) as charge_amount,
        sum(quantity) as quantity,
        sum(event_count) as event_count
    from lake.finance.revenue_daily
    group by plan_id, service, currency, roaming_zone

)

select
    abroad.roaming_zone,
    abroad.plan_id,
    abroad.service,
    abroad.currency,
    abroad.event_count,
    abroad.charge_amount,
    cast(abroad.charge_amount as double) / cast(abroad.quantity as double) as unit_price,
    cast(home.charge_amount as double) / cast(home.quantity as double) as home_unit_price,
    cast(abroad.charge_amount as double)
    - cast(abroad.quantity as double) * cast(home.charge_amount as double)
    / cast(home.quantity as double) as amount_above_home
from units as abroad
inner join units as home
    on
        abroad.plan_id = home.plan_id
        and abroad.service = home.service
        and abroad.currency = home.currency
        and home.roaming_zone = 'home'
        and home.quantity > 0
where abroad.roaming_zone <> 'home' and abroad.quantity > 0
order by amount_above_home desc
