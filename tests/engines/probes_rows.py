"""Windows, lambdas, generated rows, aggregates and joins: what rating by rows is made of."""

from tests.engines.probes import Probe

WINDOWS = [
    Probe(
        "a running sum leaves its own row out",
        "select id, sum(id) over (order by id rows between unbounded preceding and 1 preceding) "
        "from range(4) order by id",
        "0, null | 1, 0 | 2, 1 | 3, 3",
    ),
    Probe(
        "frames of rows and of ranges",
        "select id, sum(id) over (order by id rows between 1 preceding and 1 following), "
        "sum(id) over (order by id range between 1 preceding and current row), "
        "sum(id) over (order by id desc) from range(3) order by id",
        "0, 1, 0, 3 | 1, 3, 1, 3 | 2, 3, 3, 2",
    ),
    Probe(
        "rows that tie share a running sum without a frame, and not with one of rows",
        "select k, v, sum(v) over (order by k), "
        "sum(v) over (order by k, v rows unbounded preceding) "
        "from values (1, 1), (1, 2), (2, 4) t(k, v) order by k, v",
        "1, 1, 3, 1 | 1, 2, 3, 3 | 2, 4, 7, 7",
    ),
    Probe(
        "a window is named",
        "select id, sum(id) over w, row_number() over w from range(4) "
        "window w as (partition by id % 2 order by id) order by id",
        "0, 0, 1 | 1, 1, 1 | 2, 2, 2 | 3, 4, 2",
    ),
    Probe(
        "first and last values leave nulls out",
        "select id, last_value(if(id = 2, null, id)) ignore nulls over (order by id), "
        "last_value(if(id = 2, null, id), true) over (order by id), "
        "first_value(if(id < 2, null, id)) ignore nulls over (order by id rows between "
        "current row and unbounded following) from range(4) order by id",
        "0, 0, 0, 2 | 1, 1, 1, 2 | 2, 1, 1, 2 | 3, 3, 3, 3",
    ),
    Probe(
        "lead and lag, with a default",
        "select id, lead(id) over (order by id), lag(id, 1, -1L) over (order by id) "
        "from range(3) order by id",
        "0, 1, -1 | 1, 2, 0 | 2, null, 1",
    ),
    Probe(
        "row numbers with nulls first or last",
        "select k, row_number() over (order by v desc nulls last, k), "
        "row_number() over (order by v, k), rank() over (order by v is null) "
        "from values ('a', 1), ('b', null), ('c', 2) t(k, v) order by k",
        "a, 2, 2, 1 | b, 3, 1, 3 | c, 1, 3, 1",
    ),
    Probe(
        "of as many buckets as there can be rows each row is one, which numbers them",
        "select id, ntile(2147483647) over (partition by id % 2 order by id desc) as place, "
        "typeof(ntile(2147483647) over (order by id)) as type from range(5) order by id",
        "0, 3, int | 1, 2, int | 2, 2, int | 3, 1, int | 4, 1, int",
    ),
    Probe(
        "a window over groups",
        "select k, sum(sum(v)) over (order by k) from values ('a', 1), ('a', 2), ('b', 3) t(k, v)"
        " group by k order by k",
        "a, 3 | b, 6",
    ),
    Probe(
        "other aggregates over a window",
        "select k, max(v) over (partition by k), bool_or(v > 1) over (partition by k), "
        "count(*) over () from values ('a', 1), ('b', 2) t(k, v) order by k",
        "a, 1, false, 2 | b, 2, true, 2",
    ),
    Probe(
        "a running sum of decimals",
        "select id, sum(cast(id as decimal(19,0))) over (order by id) from range(3) order by id",
        "0, 0 | 1, 1 | 2, 3",
    ),
]
LAMBDAS = [
    Probe(
        "an aggregate keeps a struct and appends to an array",
        "select id, aggregate(sequence(1, cast(id as int)), named_struct('left', 10L, 'taken', "
        "cast(array() as array<bigint>)), (s, i) -> named_struct('left', s.left - "
        "least(s.left, 4L), 'taken', array_append(s.taken, least(s.left, 4L)))) "
        "from range(1, 5) order by id",
        "1, (6 [4]) | 2, (2 [4 4]) | 3, (0 [4 4 2]) | 4, (0 [4 4 2 0])",
    ),
    Probe(
        "an aggregate of structs finishes with one field",
        "select aggregate(array(1, 2), named_struct('at', 0L, 'n', cast(array() as "
        "array<struct<a:bigint,b:string>>)), (s, x) -> named_struct('at', s.at + x, 'n', "
        "array_append(s.n, named_struct('a', s.at, 'b', cast(x as string)))), s -> s.n)",
        "[(0 1) (1 2)]",
    ),
    Probe(
        "an aggregate of collected rows in order",
        "select k, aggregate(array_sort(collect_list(struct(o, v))), 0L, (s, e) -> s * 2 + e.v) "
        "from values ('a', 2, 1L), ('a', 1, 5L), ('b', 1, 7L) t(k, o, v) group by k order by k",
        "a, 11 | b, 7",
    ),
    Probe(
        "an aggregate in decimals",
        "select aggregate(x, cast(0 as decimal(38,0)), (s, e) -> cast(s + e.d as decimal(38,0))) "
        "from (select array(named_struct('d', cast(2 as decimal(10,0)))) x)",
        "2",
    ),
    Probe(
        "a greatest common divisor",
        "select aggregate(sequence(1, 190), named_struct('a', cast(48 as decimal(38,0)), 'b', "
        "cast(36 as decimal(38,0))), (p, i) -> if(p.b = 0, p, named_struct('a', p.b, 'b', "
        "cast(p.a % p.b as decimal(38,0)))), p -> p.a)",
        "12",
    ),
    Probe(
        "filter and transform see columns and indexes",
        "select id, filter(array(1L, 2L), x -> x > id), transform(array(1, 2), (x, i) -> x + i), "
        "exists(array(1, 2), x -> x > 1), forall(array(1, 2), x -> x > 1) from range(2) "
        "order by id",
        "0, [1 2], [1 3], true, false | 1, [2], [1 3], true, false",
    ),
    Probe(
        "arrays are sorted, cut, joined and searched",
        "select array_sort(array(3, 1, 2)), slice(array(1, 2, 3), 2, 2), get(array(1), 5), "
        "element_at(array(1, 2), -1), array_max(array(1, 3)), concat(array(1), array(2)), "
        "array_contains(array(1, 2), 2), array_distinct(array(1, 1)), "
        "array_sort(array(1, 3), (a, b) -> b - a), size(cast(null as array<int>))",
        "[1 2 3], [2 3], null, 2, 3, [1 2], true, [1], [3 1], null",
    ),
    Probe("an index past the end raises", "select a[9] from (select array(1, 2) a)", "raises"),
]
GENERATED = [
    Probe(
        "an array explodes into rows",
        "select id, x from range(2) lateral view explode(filter(array(id), i -> i > 0)) t as x",
        "1, 1",
    ),
    Probe(
        "an empty array explodes into a null row",
        "select id, x from range(2) lateral view outer explode(filter(array(id), i -> i > 0)) t "
        "as x order by id",
        "0, null | 1, 1",
    ),
    Probe(
        "a sequence of columns explodes",
        "select id, explode(sequence(0L, id)) n from range(2) order by 1, 2",
        "0, 0 | 1, 0 | 1, 1",
    ),
    Probe(
        "an array explodes with positions",
        "select pos, x from (select array('a', 'b') s) lateral view posexplode(s) t as pos, x",
        "0, a | 1, b",
    ),
    Probe(
        "structs unfold into columns",
        "select a, b from (select array(named_struct('a', 1, 'b', 'x'), "
        "named_struct('a', 2, 'b', 'y')) s) lateral view inline(s) t as a, b order by a",
        "1, x | 2, y",
    ),
    Probe(
        "columns are stacked into rows",
        "select id, k, v from range(2) lateral view stack(2, 'a', id, 'b', id + 1) t as k, v "
        "order by id, k",
        "0, a, 0 | 0, b, 1 | 1, a, 1 | 1, b, 2",
    ),
    Probe(
        "a lateral join sees the row before it",
        "select r.id, n from range(1, 3) r join lateral explode(sequence(1L, r.id)) t(n) "
        "order by 1, 2",
        "1, 1 | 2, 1 | 2, 2",
    ),
    Probe(
        "a lateral left join keeps a row without a match",
        "select r.id, t.n from range(2) r left join lateral (select 1 n where r.id > 0) t on true"
        " order by 1",
        "0, null | 1, 1",
    ),
    Probe("values have columns", "select k, v from (values (1, 'a')) t(k, v)", "1, a"),
]
GROUPS = [
    Probe(
        "the row with the largest or smallest",
        "select max_by(v, o), min_by(v, o), max_by(struct(v, o), struct(o, v)).v, "
        "max(struct(o, v)).v, max_by(v, if(o = 3, null, o)) "
        "from values (1, 2), (2, 1), (3, 3) t(v, o)",
        "3, 2, 3, 3, 1",
    ),
    Probe(
        "counts and booleans of a group",
        "select count_if(v > 1), bool_or(v > 1), bool_and(v > 0), count(distinct v), "
        "count(v), any_value(7) from values (1), (2), (2), (null) t(v)",
        "2, true, true, 2, 3, 7",
    ),
    Probe(
        "sets and lists of a group leave nulls out",
        "select array_sort(collect_set(v)), size(collect_list(v)) "
        "from values (2), (1), (2), (null) t(v)",
        "[1 2], 3",
    ),
    Probe(
        "an aggregate filters its rows",
        "select sum(v) filter (where v > 1), count(*) filter (where v > 5) "
        "from values (1), (2) t(v)",
        "2, 0",
    ),
    Probe(
        "groups of groups",
        "select a, b, sum(v) from values ('x', 'p', 1), ('x', 'q', 2) t(a, b, v) "
        "group by grouping sets ((a), (a, b), ()) order by a nulls last, b nulls last",
        "x, p, 1 | x, q, 2 | x, null, 3 | null, null, 3",
    ),
    Probe(
        "a group by alias, having",
        "select id % 2 k, count(*) n from range(5) group by k having n > 2",
        "0, 3",
    ),
    Probe(
        "nulls come first in order, and last from the top",
        "select array_join(collect_list(coalesce(x, 'null')), ' ') from (select x from values "
        "('b'), (null), ('A'), ('a'), ('10'), ('9') t(x) order by x)",
        "null 10 9 A a b",
    ),
]
JOINS = [
    Probe(
        "a join by equality and a range finds the period",
        "select e.k, e.at, p.n from values ('a', 1), ('a', 5), ('b', 1) e(k, at) left join "
        "values ('a', 0, 2, 'x'), ('a', 2, null, 'y') p(k, lo, hi, n) on e.k = p.k and "
        "e.at >= p.lo and e.at < coalesce(p.hi, 99) order by 1, 2",
        "a, 1, x | a, 5, y | b, 1, null",
    ),
    Probe(
        "a join by a range alone",
        "select e.id, p.n from range(4) e left join values (0, 2, 'x'), (2, 3, 'y') p(lo, hi, n) "
        "on e.id >= p.lo and e.id < p.hi order by 1",
        "0, x | 1, x | 2, y | 3, null",
    ),
    Probe(
        "nulls join by <=>",
        "select a.x, b.y from values (1), (null) a(x) join values (1, 'p'), (null, 'q') b(x, y) "
        "on a.x <=> b.x order by y",
        "1, p | null, q",
    ),
    Probe(
        "semi and anti joins",
        "select array_sort(collect_list(id)), (select count(*) from range(5) a left anti join "
        "range(3) b on a.id = b.id) from range(5) a left semi join range(3) b on a.id = b.id "
        "where exists (select 1 from range(2) c where c.id = a.id)",
        "[0 1], 2",
    ),
    Probe(
        "not in with a null finds nothing",
        "select count(*) from values (1), (2) t(x) where x not in (select y from values (1), "
        "(null) u(y))",
        "0",
    ),
    Probe(
        "a full join",
        "select coalesce(a.id, b.id) i, a.id is null from range(2) a full join "
        "range(1, 3) b on a.id = b.id order by i",
        "0, false | 1, false | 2, true",
    ),
    Probe(
        "a scalar subquery sees the row",
        "select id, (select max(v) from values (0, 5), (0, 6) t(k, v) where t.k = r.id) "
        "from range(2) r order by id",
        "0, 6 | 1, null",
    ),
    Probe(
        "union all, except and intersect",
        "select count(*) from (select 1 x union all select 1 union all (select 2 except select 3)"
        " union all (select 1 intersect select 1))",
        "4",
    ),
    Probe(
        "comparisons with null",
        "select null <=> null, 1 <=> null, 1 is distinct from null, null and false, if(null, 1, 2)",
        "true, false, true, false, 2",
    ),
    Probe(
        "texts are cut, padded, split and matched",
        "select substr('abcdef', 1, 4), left('ab', 1), lpad('7', 3, '0'), '0049' rlike '^00', "
        "regexp_replace('+49-15', '[^0-9]', ''), concat_ws('-', 'a', null, 'b'), "
        "split('a,b', ',')[1], startswith('abc', 'ab'), length('é'), concat('a', null), "
        "'abc' like 'a%', 'a' || 'b'",
        "abcd, a, 007, true, 4915, a-b, b, true, 1, null, true, ab",
    ),
    Probe(
        "a quote is escaped by a backslash",
        "select 'it\\'s', \"it's\", 'a\\\\b'",
        "it's, it's, a\\b",
    ),
]
ROWS = [*WINDOWS, *LAMBDAS, *GENERATED, *GROUPS, *JOINS]
