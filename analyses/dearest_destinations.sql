-- Where do calls and messages go, and what does each destination bring?
-- role: analyst
select
    destination_zone,
    destination_prefix,
    service,
    currency,
    count(*) as event_count,
    sum(quantity) as quantity,
    sum(charge_amount) as charge_amount,
    cast(sum(charge_amount) as double) / sum(sum(cast(charge_amount as double)))
        over (partition by currency) as share_of_currency
from lake.rated.usage_charges
where destination_prefix is not null and charge_amount > 0
group by destination_zone, destination_prefix, service, currency
order by charge_amount desc
limit 50
