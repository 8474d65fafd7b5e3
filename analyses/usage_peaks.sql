-- Which subscriptions had a day far above their own days, as stolen or resold lines have?
-- role: analyst
with

days as (

    select
        subscription_id,
        service,
        usage_date,
        count(*) as event_count,
        sum(charge_amount) as charge_amount,
        count(distinct destination_zone) as zone_count
    from lake.rated.usage_charges
    group by subscription_id, service, usage_date

),

compared as (

    select
        *,
        avg(event_count) over (partition by subscription_id, service) as mean_count,
        stddev_samp(event_count) over (partition by subscription_id, service) as spread_count,
        count(*) over (partition by subscription_id, service) as day_count
    from days

)

select
    subscription_id,
    service,
    usage_date,
    event_count,
    zone_count,
    charge_amount,
    round(mean_count, 1) as mean_count,
    round((event_count - mean_count) / spread_count, 1) as spreads_above_mean
from compared
where day_count >= 5 and event_count >= 4 and event_count > mean_count + 2 * spread_count
order by spreads_above_mean desc, charge_amount desc
limit 100
