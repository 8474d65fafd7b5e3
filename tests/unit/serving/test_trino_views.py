"""What Spark's SQL becomes in Trino; that the rows are the same is held against a server."""

from pathlib import Path

import pytest

from serving.trino.support import SupportFileWrong, support_accounts
from serving.trino.views import ViewNotTranslated, translated


@pytest.mark.parametrize(
    ("spark", "trino"),
    [
        ("a div b", "CAST(((a) - (a) % (b)) / (b) AS BIGINT)"),
        ("(a div b) div c", None),
        ("trunc(day, 'MM')", "DATE_TRUNC('MONTH', day)"),
        ("cast(a as decimal(38, 6))", "CAST(a AS DECIMAL(38, 6))"),
        ("unix_seconds(at)", "CAST(FLOOR(TO_UNIXTIME(at)) AS BIGINT)"),
        ("a <=> b", "a IS NOT DISTINCT FROM b"),
    ],
)
def test_what_the_two_say_otherwise(spark: str, trino: str | None) -> None:
    found = translated("a view", f"select {spark} as x from t")
    assert "TRY_CAST" not in found and "DOUBLE" not in found
    if trino is None:
        assert found.count("AS BIGINT)") == 3
    else:
        assert found == f"SELECT {trino} AS x FROM t"


def test_things_beside_other_columns_are_joined_whole() -> None:
    assert translated("a view", "select t.*, explode(t.parts) as part from t") == (
        "SELECT t.*, parts.part FROM t "
        "CROSS JOIN UNNEST(TRANSFORM(t.parts, one -> ROW(one))) AS parts(part)"
    )


@pytest.mark.parametrize("sql", ["select from where (", "select trunc(day, 'WEEK') as x from t"])
def test_what_it_does_not_know_is_refused_by_name(sql: str) -> None:
    with pytest.raises(ViewNotTranslated, match=r"view finance\.x has no form in Trino"):
        translated("finance.x", sql)


def test_accounts_of_support_are_read_once_each(tmp_path: Path) -> None:
    path = tmp_path / "support_accounts.csv"
    assert support_accounts(path) == []
    path.write_text("user_name,account_id\nsita,A2\nsita,A1\nsita,A2\n")
    assert support_accounts(path) == [("sita", "A1"), ("sita", "A2")]


@pytest.mark.parametrize(
    ("text", "said"),
    [
        ("sita,A1\n", "line 1: got 'sita,A1'; allowed: user_name,account_id"),
        ("user_name,account_id\nsita\n", "line 2: got 'sita'; allowed: a user's name and"),
        ("user_name,account_id\nsita,\n", "line 2: got 'sita,'; allowed:"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, text: str, said: str) -> None:
    path = tmp_path / "support_accounts.csv"
    path.write_text(text)
    with pytest.raises(SupportFileWrong) as wrong:
        support_accounts(path)
    assert said in str(wrong.value)
