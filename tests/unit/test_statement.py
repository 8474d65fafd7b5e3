"""What `ratelake query` runs and what it refuses, by what a statement is, not by its words."""

import pytest

from ingestion.statement import NotAQuery, reading

READS = [
    "select 1",
    "select 1;",
    "select 1; -- done",
    "-- first\nselect 1",
    "select 'insert into x; drop table y' as text",
    "select update, delete, `drop` from t",
    "select max(inserted) from merge_of_days where call = 'set'",
    "with days as (select 1 as day) select * from days",
    "with days as (select 1 as day union all values (2)) select * from days",
    "(select 1) union all (select 2) order by 1",
    "values (1, 'a'), (2, 'b')",
    "show tables in rated",
    "explain select 1",
    "explain analyze with t as (select 1) select * from t",
    "explain extended select 'insert into x'",
    "select a from t where exists (select 1 from u where u.a = t.a)",
    "select sum(a) over (partition by b order by c) from t lateral view explode(d) as e",
]
CHANGES = [
    "insert into t select 1",
    "with x as (select 1) insert into t select * from x",
    "with x as (insert into t values (1)) select * from x",
    "with x as (drop table t) select 1",
    "select 1 where 1 in (with x as (delete from t) select 1)",
    "from t insert into u select a",
    "insert overwrite directory '/tmp/x' select 1",
    "merge into t using u on t.a = u.a when matched then delete",
    "update t set a = 1",
    "delete from t",
    "create view v as select 1",
    "drop table t",
    "alter table t add column a int",
    "truncate table t",
    "set spark.sql.ansi.enabled = false",
    "use rated",
    "cache table t",
    "uncache table t",
    "refresh table t",
    "optimize t",
    "vacuum t",
    "call something()",
    "add jar x",
    "grant select on t to u",
    "load data inpath 'x' into table t",
    "select * into x from y",
    "select transform(a) using 'rm' from t",
    "explain analyze insert into t values (1)",
    "explain explain delete from t",
    "describe insert into t values (1)",
    "execute immediate 'drop table t'",
]


@pytest.mark.parametrize("statement", READS)
def test_what_reads_is_given_to_the_engine_as_it_stands(statement: str) -> None:
    assert reading(statement) == statement


@pytest.mark.parametrize("statement", CHANGES)
def test_what_changes_something_is_refused(statement: str) -> None:
    with pytest.raises(NotAQuery, match="only statements that read are run here"):
        reading(statement)


@pytest.mark.parametrize(
    ("statement", "said"),
    [
        ("", "no statements were given; allowed: one"),
        ("-- nothing", "no statements were given"),
        ("select 1; select 2", "2 statements were given; allowed: one"),
        ("select 1;\nselec 2", r"line 2, column 7: '2' cannot stand after .*selec "),
        ("select (1", "line 1, column 9: '1' cannot stand .* or something is missing after it"),
        ("select 'a", "it ends inside of a text"),
        ("select " + "(" * 3000 + "1" + ")" * 3000, "nested too deeply"),
        ("select a from t qualify row_number() over (order by a) = 1", "row_number.* as place"),
        ("select a, count(*) from t group by all", "name the columns: group by"),
        ("select * except (a) from t", "name the columns that you want"),
        ("select t.* except (a) from t", "name the columns that you want"),
        ("select 'it''s'", "a backslash before it"),
    ],
)
def test_what_cannot_be_run_is_one_sentence(statement: str, said: str) -> None:
    with pytest.raises(NotAQuery, match=said) as refused:
        reading(statement)
    assert "\n" not in str(refused.value) and len(str(refused.value)) < 250


def test_a_table_is_described_with_or_without_the_word() -> None:
    assert reading("describe rated.usage_charges") == "describe table rated.usage_charges"
    assert reading("desc table `rated`.t") == "describe table `rated`.t"
