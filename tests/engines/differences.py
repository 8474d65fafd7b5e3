"""What Sail and Spark do not do equally: decisions 15 and 16 say what is written instead."""

from tests.engines.probes import RAISES, Difference
from tests.engines.probes_numbers import BIG

OVERFLOWS = [
    Difference(
        "a sum of two bigints wraps on Sail",
        "select x + 1L from values (9223372036854775807L) t(x)",
        "-9223372036854775808",
        RAISES,
    ),
    Difference(
        "a difference of two bigints wraps on Sail",
        "select x - 10L from values (-9223372036854775807L) t(x)",
        "9223372036854775799",
        RAISES,
    ),
    Difference(
        "a product of two bigints wraps on Sail",
        "select x * 10L from values (9223372036854775807L) t(x)",
        "-10",
        RAISES,
    ),
    Difference(
        "a sum of two ints wraps on Sail",
        "select x + 1 from values (2147483647) t(x)",
        "-2147483648",
        RAISES,
    ),
    Difference(
        "a sum of bigints wraps on Sail",
        "select sum(x) from values (9223372036854775807L), (1L) t(x)",
        "-9223372036854775808",
        RAISES,
    ),
    Difference(
        "a sum of decimals wraps on Sail",
        f"select sum(x) from values ({BIG}), ({BIG}) t(x)",
        "-140282366920938463463374607431768211458",
        RAISES,
    ),
    Difference(
        "a running sum of decimals wraps on Sail",
        f"select max(s) from (select sum(x) over (order by x) s from values ({BIG}), ({BIG}) t(x))",
        "-140282366920938463463374607431768211458",
        RAISES,
    ),
    Difference(
        "a sum of two decimals has 39 digits on Sail",
        f"select {BIG} + cast(1 as decimal(38,0))",
        "100000000000000000000000000000000000000",
        RAISES,
    ),
    Difference(
        "a product of decimals raises on both",
        f"select {BIG} * cast(10 as decimal(38,0))",
        RAISES,
        RAISES,
    ),
    Difference(
        "the least bigint has no opposite on either",
        "select -x from values (cast(-9223372036854775808 as bigint)) t(x)",
        RAISES,
        RAISES,
    ),
    Difference(
        "a quotient past bigint wraps on Spark",
        "select cast(9223372036854775808 as decimal(38,0)) div cast(1 as decimal(38,0))",
        RAISES,
        "-9223372036854775808",
    ),
    Difference(
        "a dividend past 1.7e34 raises on Sail",
        "select cast(18000000000000000000000000000000000 as decimal(38,0)) "
        "div cast(1000000000000000000 as decimal(38,0))",
        RAISES,
        "18000000000000000",
    ),
    Difference(
        "try_add takes no decimals on Sail",
        f"select try_add({BIG}, cast(1 as decimal(38,0)))",
        RAISES,
        "null",
    ),
    Difference(
        "try_multiply takes no decimals on Sail",
        f"select try_multiply({BIG}, cast(10 as decimal(38,0)))",
        RAISES,
        "null",
    ),
]
NARROW_FIRST = "when id = 0 then cast(1.5 as decimal(10,1)) else cast(2.25 as decimal(20,2))"
SILENT = [
    Difference("a doubled quote is lost on Sail", "select 'it''s'", "its", "it's"),
    Difference(
        "a stored case has its first branch's type on Sail",
        (
            f"create table {{t}} using delta as select case {NARROW_FIRST} end a from range(2)",
            "select a from {t} order by a",
        ),
        "1.5 | 2.3",
        "1.50 | 2.25",
    ),
    Difference(
        "a stored union has its first branch's type on Sail",
        (
            "create table {t} using delta as select cast(1.5 as decimal(10,1)) a union all "
            "select cast(2.25 as decimal(20,2))",
            "select a from {t} order by a",
        ),
        "1.5 | 2.3",
        "1.50 | 2.25",
    ),
    Difference(
        "a cast around keeps it whole",
        (
            f"create table {{t}} using delta as select cast(case {NARROW_FIRST} end as "
            "decimal(20,2)) a from range(2)",
            "select a from {t} order by a",
        ),
        "1.50 | 2.25",
        "1.50 | 2.25",
    ),
    Difference(
        "a stored sum of a case is rounded on Sail",
        (
            f"create table {{t}} using delta as select sum(case {NARROW_FIRST} end) a "
            "from range(2)",
            "select a from {t}",
        ),
        "3.8",
        "3.75",
    ),
    Difference(
        "nvl of decimals is a double on Sail",
        "select typeof(nvl(cast(null as decimal(10,1)), cast(2.25 as decimal(20,2))))",
        "double",
        "decimal(20,2)",
    ),
    Difference(
        "a literal 1 leaves no rest of a fraction on Sail",
        "select x % cast(1 as decimal(10,1)) from values (cast(1.5 as decimal(10,1))) t(x)",
        "0.0",
        "0.5",
    ),
    Difference(
        "bround of a decimal is a double on Sail, rounded half up",
        "select bround(cast(2.345 as decimal(10,3)), 2)",
        "2.35",
        "2.34",
    ),
    Difference(
        "a product past 38 digits keeps its scale on Sail",
        "select cast(cast(1 as decimal(28,0)) * cast(0.0000000001 as decimal(10,10)) "
        "as decimal(38,10))",
        "0.0000000001",
        "0.0000000000",
    ),
    Difference(
        "decimals over 18 digits hash otherwise",
        "select xxhash64(cast(1.5 as decimal(20,2)))",
        "-5137788028789032328",
        "-194698251525976593",
    ),
    Difference(
        "days of the week have other numbers",
        "select weekday(date'2026-03-01'), extract(dow from date'2026-03-01')",
        "-1, 0",
        "6, 1",
    ),
    Difference(
        "summer ends in 2099 on Sail",
        "select from_utc_timestamp(timestamp'2099-07-01 00:00:00', 'Europe/Paris'), "
        "from_utc_timestamp(timestamp'2100-07-01 00:00:00', 'Europe/Paris')",
        "2099-07-01 02:00:00, 2100-07-01 01:00:00",
        "2099-07-01 02:00:00, 2100-07-01 02:00:00",
    ),
    Difference(
        "a difference of days is a number on Sail",
        "select date'2026-03-02' - date'2026-03-01'",
        "1",
        "1 day, 0:00:00",
    ),
    Difference(
        "json drops a decimal's last zeros on Sail",
        "select to_json(named_struct('b', cast(1.50 as decimal(10,2))))",
        '{"b":1.5}',
        '{"b":1.50}',
    ),
]
REFUSED = [
    Difference(
        "a table is not replaced by other columns on Sail unless told so",
        (
            "create table {t} using delta as select 1L k",
            "create or replace table {t} using delta as select 'x' a",
            "select * from {t}",
        ),
        RAISES,
        "x",
    ),
    Difference(
        "a dropped table leaves its files on Sail",
        (
            "create table {t} using delta as select 1L k",
            "drop table {t}",
            "create table {t} using delta as select 2L k",
            "select k from {t}",
        ),
        RAISES,
        "2",
    ),
    Difference(
        "scratch is not replaced on Spark",
        (
            "create table {t} using parquet as select 1L k",
            "create or replace table {t} using parquet as select 2L k",
            "select k from {t}",
        ),
        "2",
        RAISES,
    ),
    Difference(
        "a table is not registered as of a version on either, and Sail says nothing",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "insert into {t} select 7L",
            "create table {u} using delta location '{place}' options ('versionAsOf' = '0')",
            "select count(*) from {u}",
        ),
        "4",
        RAISES,
    ),
    Difference(
        "a version before the last checkpoint is not read on Sail",
        (
            "create table {t} using delta tblproperties ('delta.checkpointInterval' = '3') "
            "as select id from range(3)",
            *["insert into {t} select 7L"] * 3,
            "select count(*) from {t} version as of 2",
        ),
        RAISES,
        "5",
    ),
    Difference(
        "a view does not name a folder on Sail",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "create view {u} as select * from delta.`{place}`",
            "select count(*) from {u}",
        ),
        RAISES,
        "3",
    ),
    Difference(
        "a condition divides in spite of the one before it on Sail",
        "select x from values (0L), (5L) t(x) where x <> 0 and 10L div x = 2",
        RAISES,
        "5",
    ),
    Difference(
        "rows are not deleted by a subquery",
        (
            "create table {t} using delta as select 1L k",
            "delete from {t} where k in (select 1L)",
            "select count(*) from {t}",
        ),
        RAISES,
        RAISES,
    ),
    Difference(
        "qualify",
        "select id from range(3) qualify row_number() over (order by id) = 1",
        RAISES,
        "0",
    ),
    Difference(
        "group by all",
        "select id % 2 k, count(*) from range(2) group by all order by k",
        RAISES,
        "0, 1 | 1, 1",
    ),
    Difference("star except", "select * except (b) from (select 1 a, 2 b)", RAISES, "1"),
    Difference("an alias beside its expression", "select 1 a, a + 1 b", RAISES, "1, 2"),
    Difference(
        "a recursive query",
        "with recursive r(n) as (select 1 union all select n + 1 from r where n < 3) "
        "select count(*) from r",
        RAISES,
        "3",
    ),
    Difference(
        "describe without table",
        ("create table {t} using delta as select 1L k", "describe {t}"),
        RAISES,
        "k, bigint, null",
    ),
    Difference(
        "a column is not added on Sail",
        (
            "create table {t} using delta as select 1L k",
            "alter table {t} add column z bigint",
            "select * from {t}",
        ),
        RAISES,
        "1, null",
    ),
]
DIFFERENCES = [*OVERFLOWS, *SILENT, *REFUSED]
