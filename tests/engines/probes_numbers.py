"""Whole numbers and decimals: money is computed with these."""

from tests.engines.probes import Probe

BIG = "cast(99999999999999999999999999999999999999 as decimal(38,0))"

NUMBERS = [
    Probe(
        "div and % truncate towards zero",
        "select 7 div 2, -7 div 2, -7 % 2, pmod(-7, 2), typeof(7 div 2)",
        "3, -3, -1, 1, bigint",
    ),
    Probe(
        "div and % of decimals are exact",
        "select cast(12345678901234567890123 as decimal(38,0)) div cast(1000000000 as "
        "decimal(38,0)), cast(12345678901234567890123 as decimal(38,0)) % "
        "cast(1000000000 as decimal(38,0))",
        "12345678901234, 567890123",
    ),
    Probe(
        "div of decimals does not round up",
        "select cast(x as decimal(38,0)) div cast(y as decimal(38,0)) from values "
        "(1999999999L, 2000000000L), (99999L, 100000L), (-1999999999L, 2000000000L) t(x, y)",
        "0 | 0 | 0",
    ),
    Probe(
        "div takes a dividend up to 1.7e34",
        "select cast(17000000000000000000000000000000000 as decimal(38,0)) "
        "div cast(1000000000000000000 as decimal(38,0))",
        "17000000000000000",
    ),
    Probe("% takes 38 digits", f"select {BIG} % cast(1000 as decimal(38,0))", "999"),
    Probe(
        "a product of two whole bigints has 38 digits",
        "select cast(9223372036854775807 as decimal(19,0)) * "
        "cast(9223372036854775807 as decimal(19,0))",
        "85070591730234615847396907784232501249",
    ),
    Probe(
        "a sum of bigints as decimals does not overflow",
        "select sum(cast(x as decimal(19,0))) from values (9223372036854775807L), (1L) t(x)",
        "9223372036854775808",
    ),
    Probe(
        "sums of whole numbers are bigint",
        "select typeof(sum(x)), typeof(sum(1)), typeof(count(*)), "
        "typeof(sum(cast(x as decimal(18,2)))) from values (1L) t(x)",
        "bigint, bigint, bigint, decimal(28,2)",
    ),
    Probe(
        "a sum of nothing is null",
        "select sum(id), count(*), max(id) from range(0)",
        "null, 0, null",
    ),
    Probe(
        "try_add and try_multiply of bigint give null",
        "select try_add(9223372036854775807L, 1L), try_multiply(3037000500L, 3037000500L), "
        "try_subtract(-9223372036854775807L, 10L), try_add(1L, 2L), try_multiply(3L, 4L), "
        "try_add(cast(null as bigint), 1L)",
        "null, null, null, 3, 12, null",
    ),
    Probe(
        "try_sum gives null",
        "select try_sum(x) from values (9223372036854775807L), (1L) t(x)",
        "null",
    ),
    Probe(
        "try_sum of decimals gives null",
        f"select try_sum(x) from values ({BIG}), ({BIG}) t(x)",
        "null",
    ),
    Probe(
        "a product that does not fit falls back to decimals",
        "select coalesce(try_multiply(x, 10L), cast(x as decimal(19,0)) * 10) "
        "from values (1L), (9223372036854775807L) t(x) order by x",
        "10 | 92233720368547758070",
    ),
    Probe(
        "a cast to a decimal rounds half up, also below zero",
        "select cast(cast(2.345 as decimal(10,3)) as decimal(10,2)), "
        "cast(cast(-2.345 as decimal(10,3)) as decimal(10,2)), "
        "round(cast(2.345 as decimal(10,3)), 2), round(cast(-2.345 as decimal(10,3)), 2)",
        "2.35, -2.35, 2.35, -2.35",
    ),
    Probe(
        "a cast to bigint truncates",
        "select cast(cast(-2.9 as decimal(10,1)) as bigint), "
        "cast(cast(2.9 as decimal(10,1)) as bigint)",
        "-2, 2",
    ),
    Probe(
        "floor and ceil of decimals",
        "select floor(cast(-2.5 as decimal(10,1))), ceil(cast(2.1 as decimal(10,1)))",
        "-3, 3",
    ),
    Probe("abs of decimals", "select abs(-3L), abs(cast(-1.5 as decimal(10,1)))", "3, 1.5"),
    Probe(
        "a text is cast to a decimal as it stands",
        "select cast('12.505' as decimal(10,2)), cast('-0' as bigint), cast('+5' as bigint)",
        "12.51, 0, 5",
    ),
    Probe(
        "try_cast gives null",
        f"select try_cast({BIG} as bigint), try_cast('x' as bigint), try_cast(3000000000L as int),"
        " try_cast('9223372036854775808' as bigint)",
        "null, null, null, null",
    ),
    Probe("a cast that does not fit raises", f"select cast({BIG} as bigint)", "raises"),
    Probe(
        "a cast to fewer digits raises",
        "select cast(cast(12345 as decimal(10,0)) as decimal(4,0))",
        "raises",
    ),
    Probe("a text that is no number raises", "select cast('12x' as decimal(10,2))", "raises"),
    Probe("a division by zero raises", "select 1L div 0L", "raises"),
    Probe(
        "a decimal becomes text with its scale",
        "select cast(cast(1.50 as decimal(10,2)) as string), "
        "cast(cast(0 as decimal(28,10)) as string)",
        "1.50, 0.0000000000",
    ),
    Probe(
        "decimals of other scales compare and join",
        "select count(*) from values (cast(1.50 as decimal(10,2)), 1L) a(x, n) join "
        "values (cast(1.5 as decimal(20,1)), cast(1 as decimal(38,0))) b(x, n) "
        "on a.x = b.x and a.n = b.n",
        "1",
    ),
    Probe(
        "greatest and least leave nulls out", "select greatest(1, null, 3), least(2, null)", "3, 2"
    ),
    Probe(
        "powers of ten",
        "select cast(pow(10, 10) as bigint), element_at(array(1L, 10L), 2)",
        "10000000000, 10",
    ),
    Probe(
        "powers of ten are exact up to 10^18",
        "select count_if(cast(pow(10, id) as bigint) = cast(rpad('1', cast(id as int) + 1, '0') "
        "as bigint)) from range(19)",
        "19",
    ),
    Probe(
        "case does not compute the branch not taken",
        f"select case when x < 10 then x * cast(10 as decimal(38,0)) end from values "
        f"(cast(1 as decimal(38,0))), ({BIG}) t(x) order by x",
        "10 | null",
    ),
    Probe(
        "case does not divide in the branch not taken",
        "select case when x = 0 then 0L else 10L div x end from values (0L), (5L) t(x) order by x",
        "0 | 2",
    ),
    Probe(
        "if does not cast in the branch not taken",
        f"select if(x < 10, cast(x as bigint), null) from values (cast(1 as decimal(38,0))), "
        f"({BIG}) t(x) order by x",
        "1 | null",
    ),
    Probe(
        "coalesce does not compute what it does not need",
        f"select coalesce(y, {BIG} * cast(x as decimal(38,0))) from values "
        "(10L, cast(1 as decimal(38,0))) t(x, y)",
        "1",
    ),
    Probe(
        "nullif keeps a division from zero",
        "select 10L div nullif(x, 0L) from values (0L), (5L) t(x) order by x",
        "null | 2",
    ),
    Probe(
        "decimals of up to 18 digits, whole numbers, texts and times hash equally",
        "select xxhash64('abc', 1L, cast(null as string)), xxhash64(cast(1.50 as decimal(10,2)), "
        "timestamp'2026-01-01 00:00:00'), xxhash64(date'2026-01-01', true, 5), hash('abc'), "
        "crc32('abc')",
        "-6632315360500197349, -3937358900065609909, 1155541604782595613, 1322437556, 891568578",
    ),
    Probe(
        "sha2 and md5",
        "select substr(sha2('abc', 256), 1, 8), substr(md5('x'), 1, 8)",
        "ba7816bf, 9dd4e461",
    ),
    Probe(
        "bits are shifted and taken",
        "select shiftleft(1L, 34), shiftright(68719476736L, 34), 5 & 3, conv('ff', 16, 10)",
        "17179869184, 4, 1, 255",
    ),
]
