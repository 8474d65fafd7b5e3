-- At which hours (UTC) of which days of the week is each service used?
-- role: analyst
select
    service,
    day_of_week(started_at) as day_of_week,
    hour(started_at) as hour_of_day,
    count(*) as event_count,
    sum(quantity) as quantity
from lake.rated.usage_dispositions
where disposition = 'rated'
group by service, day_of_week(started_at), hour(started_at)
order by event_count desc, service asc, day_of_week asc, hour_of_day asc
