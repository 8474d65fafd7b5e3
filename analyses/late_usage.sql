-- How long after it happened does usage become known?
-- role: analyst
select
    service,
    count(*) as record_count,
    approx_percentile(date_diff('hour', started_at, known_at), 0.5) as median_hours,
    approx_percentile(date_diff('hour', started_at, known_at), 0.99) as p99_hours,
    max(date_diff('hour', started_at, known_at)) as longest_hours,
    count_if(known_at > started_at + interval '31' day) as older_than_a_month_count
from lake.raw.usage
group by service
order by service
