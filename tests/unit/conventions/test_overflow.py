"""No sum or product in SQL can wrap around unseen (decision 16)."""

from pathlib import Path

import pytest

from tests.unit.conventions.bare_arithmetic import bare_arithmetic

PROJECT = Path(__file__).resolve().parents[3]


def test_every_sum_and_product_in_sql_is_bounded_or_tried() -> None:
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/**/*.sql")]
    bare = [
        f"{file.relative_to(PROJECT)}:{line}: {text}"
        for file in sorted(files)
        for line, text in bare_arithmetic(file.read_text(encoding="utf-8"))
    ]
    assert bare == [], "say `-- bounded: why` above the item, or use try_add, try_multiply, try_sum"


@pytest.mark.parametrize(
    "sql",
    [
        "select a + b from t",
        "select sum(units) as units from t",
        "select sum(cast(units as decimal(38, 0))) from t",
        "select hour(t) * 3600 from t",
        "select cast(a as decimal(19, 0)) * cast(b as decimal(19, 0)) from t",
        "select cast(a as decimal(38, 0)) + cast(b as decimal(38, 0)) from t",
        "select cast(a as decimal(38, 0)) * b from t",
        "select {{ rule('share * amount') }} from t",
        "{% macro product(a, b) %}{{ a }} * {{ b }}{% endmacro %}",
        "select\n    -- bounded: a below 10^9\n    a + a as b,\n    c + c as d from t",
    ],
)
def test_a_bare_sum_or_product_is_found(sql: str) -> None:
    assert len(bare_arithmetic(sql)) == 1


@pytest.mark.parametrize(
    "sql",
    [
        "select t.*, count(*), * from t",
        "select try_add(a, b), try_multiply(a, b), try_sum(a) from t",
        "select a + b from t -- bounded: both below 10^9",
        "select\n    -- bounded: both below 10^9\n    sum(\n        a + b\n    ) c,\n    1 from t",
        "select started_at + interval 1 hour, day + 1, a - 1 + 1, length(a) + length(b) from t",
        "select star + if(direction = '*', 1, 0) from t",
        "select sign * amount, {{ rule('usages.sign * amount') }} from t",
        "select sum(1), sum(if(a > b, 1, 0)), sum(cast(sign as int)) from t",
        "select sum(cast(units as decimal(28, 0))) over (order by id) from t",
        "select cast(a as decimal(19, 0)) * cast(b as decimal(18, 0)) from t",
        "select cast(a as decimal(28, 10)) + cast(b as decimal(28, 10)) from t",
        "select '*', a in ('*', b) -- a * b\nfrom t {# a * b #}",
    ],
)
def test_what_cannot_wrap_is_left_alone(sql: str) -> None:
    assert bare_arithmetic(sql) == []
