"""Dates, times and time zones."""

from tests.engines.probes import Probe

TIMES = [
    Probe(
        "from UTC over both changes of the clock",
        "select from_utc_timestamp(t, z) from values "
        "(timestamp'2026-03-29 00:59:59', 'Europe/Paris'), "
        "(timestamp'2026-03-29 01:00:00', 'Europe/Paris'), "
        "(timestamp'2026-10-25 00:30:00', 'Europe/Paris'), "
        "(timestamp'2026-10-25 01:30:00', 'Europe/Paris'), "
        "(timestamp'2026-07-01 00:00:00', 'Asia/Kathmandu'), "
        "(timestamp'2026-04-04 15:30:00', 'Australia/Lord_Howe') v(t, z)",
        "2026-03-29 01:59:59 | 2026-03-29 03:00:00 | 2026-10-25 02:30:00 | "
        "2026-10-25 02:30:00 | 2026-07-01 05:45:00 | 2026-04-05 02:00:00",
    ),
    Probe(
        "to UTC over both changes of the clock",
        "select to_utc_timestamp(t, z) from values "
        "(timestamp'2026-03-29 02:30:00', 'Europe/Paris'), "
        "(timestamp'2026-10-25 02:30:00', 'Europe/Paris'), "
        "(timestamp'2026-09-06 00:00:00', 'America/Santiago') v(t, z)",
        "2026-03-29 01:30:00 | 2026-10-25 00:30:00 | 2026-09-06 04:00:00",
    ),
    Probe(
        "a local midnight in UTC",
        "select to_utc_timestamp(cast(d as timestamp), z) from values "
        "(date'2026-03-29', 'Europe/Paris'), (date'2026-10-25', 'Europe/Paris') v(d, z)",
        "2026-03-28 23:00:00 | 2026-10-24 22:00:00",
    ),
    Probe(
        "no time zone gives no time",
        "select from_utc_timestamp(timestamp'2026-01-01 00:00:00', cast(null as string))",
        "null",
    ),
    Probe(
        "an unknown time zone raises",
        "select from_utc_timestamp(timestamp'2026-01-01 00:00:00', 'Mars/One')",
        "raises",
    ),
    Probe(
        "microseconds to and fro",
        "select unix_micros(timestamp'2026-03-29 00:59:59.123456'), "
        "timestamp_micros(1774746000000000), unix_micros(timestamp'0001-01-01 00:00:00'), "
        "unix_seconds(timestamp'1969-12-31 23:59:59')",
        "1774745999123456, 2026-03-29 01:00:00, -62135596800000000, -1",
    ),
    Probe(
        "a time is cut to its hour and day",
        "select date_trunc('hour', timestamp'2026-03-29 00:59:59'), "
        "to_date(timestamp'2026-03-29 23:59:59'), cast(timestamp'2026-03-29 23:59:59' as date)",
        "2026-03-29 00:00:00, 2026-03-29, 2026-03-29",
    ),
    Probe(
        "a text with an offset is a time",
        "select cast('2026-03-01T08:00:00+01:00' as timestamp), "
        "cast('2026-03-01T08:00:00Z' as timestamp), cast('2026-03-01 08:00:00.5' as timestamp), "
        "timestamp'2026-01-01T00:00:00Z'",
        "2026-03-01 07:00:00, 2026-03-01 08:00:00, 2026-03-01 08:00:00.500000, 2026-01-01 00:00:00",
    ),
    Probe("a text that is no time raises", "select cast('x' as timestamp)", "raises"),
    Probe(
        "try_cast of a text that is no time gives null",
        "select try_cast('x' as timestamp), try_cast('2026-02-30' as date)",
        "null, null",
    ),
    Probe(
        "times become text",
        "select date_format(timestamp'2026-03-01 08:05:09.123456', "
        "\"yyyy-MM-dd'T'HH:mm:ss.SSSSSS'Z'\"), date_format(date'2026-03-01', 'yyyyMM'), "
        "cast(timestamp'2026-03-01 08:00:00.120' as string), cast(date'2026-03-01' as string)",
        "2026-03-01T08:05:09.123456Z, 202603, 2026-03-01 08:00:00.12, 2026-03-01",
    ),
    Probe(
        "intervals are added",
        "select timestamp'2026-03-01 00:00:00' + interval 1 hour, "
        "timestamp'2026-01-31 00:00:00' + interval 1 month, date'2026-03-01' + 1, "
        "timestampadd(second, 5, timestamp'2026-03-01 00:00:00'), "
        "timestamp'2026-03-01 00:00:00' + make_dt_interval(0, 0, 0, 5)",
        "2026-03-01 01:00:00, 2026-02-28 00:00:00, 2026-03-02, 2026-03-01 00:00:05, "
        "2026-03-01 00:00:05",
    ),
    Probe(
        "months are added to the end of a month",
        "select add_months(date'2026-01-31', 1), add_months(date'2026-03-28', -1), "
        "last_day(date'2026-02-03'), trunc(date'2026-03-05', 'MM'), make_date(2026, 2, 28)",
        "2026-02-28, 2026-02-28, 2026-02-28, 2026-03-01, 2026-02-28",
    ),
    Probe(
        "days are counted",
        "select datediff(date'2026-03-01', date'2026-02-01'), date_add(date'2026-02-27', 3), "
        "date_sub(date'2026-03-01', 1), day(date'2026-02-03'), dayofweek(date'2026-03-01'), "
        "month(date'2026-03-05'), hour(timestamp'2026-03-05 07:08:09')",
        "28, 2026-03-02, 2026-02-28, 3, 1, 3, 7",
    ),
    Probe(
        "months between whole months",
        "select months_between(date'2026-03-31', date'2026-02-28'), "
        "floor(months_between(date'2026-03-05', date'2026-01-06'))",
        "1.0, 1",
    ),
    Probe("a day that is none raises", "select make_date(2026, 2, 30)", "raises"),
    Probe(
        "days, quarters of an hour and numbers are enumerated",
        "select sequence(date'2026-03-28', date'2026-03-30', interval 1 day), "
        "size(sequence(timestamp'2026-03-29 00:00:00', timestamp'2026-03-29 01:00:00', "
        "interval 15 minutes)), sequence(3, 1), sequence(1L, 0L)",
        "[2026-03-28 2026-03-29 2026-03-30], 5, [3 2 1], [1 0]",
    ),
    Probe(
        "months are enumerated from the end of a month",
        "select sequence(date'2026-01-31', date'2026-04-30', interval 1 month)",
        "[2026-01-31 2026-02-28 2026-03-31 2026-04-30]",
    ),
    Probe(
        "a day compares with a time and a text",
        "select date'2026-03-01' < timestamp'2026-03-01 00:00:01', date'2026-03-01' = '2026-03-01'",
        "true, true",
    ),
]
