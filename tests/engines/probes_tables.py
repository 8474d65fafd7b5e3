"""Statements on tables and views: what load, dbt and publish need."""

from tests.engines.probes import Probe

THREE = "create table {t} using delta as select id k, id * 10 v from range(3)"

TABLES = [
    Probe(
        "a table is created as a query says",
        (THREE, "select k, v from {t} order by k"),
        "0, 0 | 1, 10 | 2, 20",
    ),
    Probe(
        "a table that is there is left alone",
        (
            THREE,
            "create table if not exists {t} using delta as select 9L x",
            "select count(*) from {t}",
        ),
        "3",
    ),
    Probe(
        "an insert by name sorts its columns",
        (
            "create table {t} (a string, n bigint) using delta",
            "insert into {t} by name select 5L n, 'x' a",
            "select a, n from {t}",
        ),
        "x, 5",
    ),
    Probe(
        "an insert may list its columns",
        (
            "create table {t} (a string, n bigint) using delta",
            "insert into {t} (n, a) values (6L, 'y')",
            "select a, n from {t}",
        ),
        "y, 6",
    ),
    Probe(
        "an insert casts to the column, and rounds half up",
        (
            "create table {t} (d decimal(10,2), n int) using delta",
            "insert into {t} select cast(1.235 as decimal(10,3)), 5L",
            "select d, n from {t}",
        ),
        "1.24, 5",
    ),
    Probe(
        "an insert of what does not fit raises",
        (
            "create table {t} (n int) using delta",
            "insert into {t} select 3000000000L",
            "select n from {t}",
        ),
        "raises",
    ),
    Probe(
        "a merge deletes, updates and inserts",
        (
            THREE,
            "merge into {t} as t using (select id k, id v from range(1, 5)) as s on t.k = s.k "
            "when matched and s.k = 1 then delete when matched then update set v = s.v "
            "when not matched then insert (k, v) values (s.k, s.v)",
            "select k, v from {t} order by k",
        ),
        "0, 0 | 2, 2 | 3, 3 | 4, 4",
    ),
    Probe(
        "a merge takes all columns by star",
        (
            THREE,
            "merge into {t} as t using (select 2L k, 7L v union all select 5L, 8L) as s "
            "on t.k = s.k when matched then update set * when not matched then insert *",
            "select k, v from {t} order by k",
        ),
        "0, 0 | 1, 10 | 2, 7 | 5, 8",
    ),
    Probe(
        "a merge deletes what its source does not have",
        (
            THREE,
            "merge into {t} as t using (select 1L k) as s on t.k = s.k "
            "when not matched by source then delete",
            "select k from {t}",
        ),
        "1",
    ),
    Probe(
        "rows are updated and deleted by a condition",
        (
            THREE,
            "update {t} set v = v + 1 where k > 0",
            "delete from {t} where k = 2",
            "select k, v from {t} order by k",
        ),
        "0, 0 | 1, 11",
    ),
    Probe(
        "an insert overwrites the whole table",
        (THREE, "insert overwrite {t} select 7L k, 8L v", "select k, v from {t}"),
        "7, 8",
    ),
    Probe(
        "an insert replaces where a condition holds",
        (
            THREE,
            "insert into {t} replace where k = 1 select 1L k, 99L v",
            "select k, v from {t} order by k",
        ),
        "0, 0 | 1, 99 | 2, 20",
    ),
    Probe(
        "a table is replaced by one with other columns",
        (
            THREE,
            "create or replace table {t} using delta options ('overwriteSchema' = 'true') "
            "as select 'x' a",
            "select * from {t}",
        ),
        "x",
    ),
    Probe(
        "a table is dropped, also twice",
        (
            THREE,
            "drop table {t}",
            "drop table if exists {t}",
            "create table if not exists {u} using delta as select 1L k",
            "select k from {u}",
        ),
        "1",
    ),
    Probe(
        "a table is partitioned, and a partition deleted",
        (
            "create table {t} (k bigint, d date) using delta partitioned by (d)",
            "insert into {t} select id, date'2026-01-01' + cast(id % 2 as int) from range(6)",
            "delete from {t} where d = date'2026-01-01'",
            "select d, count(*) from {t} group by d",
        ),
        "2026-01-02, 3",
    ),
    Probe(
        "a table is created partitioned, with statistics on some columns",
        (
            "create table {t} using delta partitioned by (d) "
            "tblproperties ('delta.dataSkippingStatsColumns' = 'k') "
            "as select id k, 'x' s, date'2026-01-01' d from range(2)",
            "select count(*) from {t} where k = 1",
        ),
        "1",
    ),
    Probe(
        "a folder that is there becomes a table",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "drop table {t}",
            "create table {u} using delta location '{place}'",
            "select count(*) from {u}",
        ),
        "3",
    ),
    Probe(
        "a table is read as of a version",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "insert into {t} select 7L",
            "select count(*) from {t} version as of 0",
        ),
        "3",
    ),
    Probe(
        "a table told so makes no checkpoint of its own",
        (
            "create table {t} using delta tblproperties ('delta.checkpointInterval' = '1000000') "
            "as select id from range(3)",
            *["insert into {t} select 7L"] * 11,
            "select count(*) from {t} version as of 2",
        ),
        "5",
    ),
    Probe(
        "a folder is read as of a version",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "insert into {t} select 7L",
            "select count(*) from delta.`{place}` version as of 0",
        ),
        "3",
    ),
    Probe(
        "a temporary view shows a folder as of a version",
        (
            "create table {t} using delta location '{place}' as select id from range(3)",
            "insert into {t} select 7L",
            "create or replace temporary view as_of using delta "
            "options (path '{place}', versionAsOf '0')",
            "select count(*) from as_of",
        ),
        "3",
    ),
    Probe(
        "a view is created over a view, and replaced",
        (
            "create or replace view {t} as select 1 a",
            "create or replace view {u} as select a + 1 b from {t}",
            "create or replace view {t} as select 5 a",
            "select b from {u}",
        ),
        "6",
    ),
    Probe(
        "a view is dropped, also twice",
        (
            "create or replace view {t} as select 1 a",
            "drop view {t}",
            "drop view if exists {t}",
            "select 1",
        ),
        "1",
    ),
    Probe(
        "scratch is parquet, and appended to",
        (
            "create table {t} using parquet as select id k, cast(1.5 as decimal(38,10)) d "
            "from range(2)",
            "insert into {t} select 5L, cast(2 as decimal(38,10))",
            "select sum(k), sum(d) from {t}",
        ),
        "6, 5.0000000000",
    ),
    Probe(
        "scratch is overwritten",
        (
            "create table {t} (k bigint) using parquet",
            "insert into {t} select 5L",
            "insert overwrite {t} select 6L",
            "select k from {t}",
        ),
        "6",
    ),
    Probe(
        "scratch has a place of its own",
        ("create table {t} using parquet location '{place}' as select 1L k", "select k from {t}"),
        "1",
    ),
    Probe(
        "maps, structs and arrays are stored",
        (
            "create table {t} (m map<string,bigint>, s struct<a:bigint,b:string>, "
            "x array<struct<n:int,d:decimal(20,4)>>) using delta",
            "insert into {t} select map('a', 1L, 'b', 2L), named_struct('a', 1L, 'b', 'x'), "
            "array(named_struct('n', 1, 'd', cast(1.5 as decimal(20,4))))",
            "select m['a'], element_at(m, 'b'), m['z'], s.b, x[0].d, size(x) from {t}",
        ),
        "1, 2, null, x, 1.5000, 1",
    ),
    Probe(
        "an empty table keeps its types",
        (
            "create table {t} using delta as select cast(null as decimal(38,6)) d, "
            "cast(null as timestamp) t where false",
            "insert into {t} values (cast(1 as decimal(38,6)), "
            "timestamp'2026-03-01 00:00:00.123456')",
            "select typeof(d), typeof(t), d, t from {t}",
        ),
        "decimal(38,6), timestamp, 1.000000, 2026-03-01 00:00:00.123456",
    ),
    Probe(
        "a named constraint refuses a row",
        (
            THREE,
            "alter table {t} add constraint positive check (k >= 0)",
            "insert into {t} select -1L, 0L",
            "select k from {t}",
        ),
        "raises",
    ),
]
