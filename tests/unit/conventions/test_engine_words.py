"""SQL that one of the two engines refuses, or answers otherwise, is not written (decision 15)."""

import re
from pathlib import Path

import pytest

PROJECT = Path(__file__).resolve().parents[3]
REFUSED = {
    "a doubled quote, lost on Sail: a backslash before it": r"[^'(,\s=|~\[{]''[^'),\s]",
    "nvl and bround make doubles on Sail: coalesce, a rounding rule": r"\b(nvl|bround)\s*\(",
    "0 on Sail, also of a fraction": r"%\s*(cast\s*\(\s*)?1(\.0+)?\b",
    "days of the week differ: dayofweek": r"\bweekday\s*\(|\bextract\s*\(\s*dow",
    "a timestamp_ntz on Sail: trunc(date, 'MM')": r"\bdate_trunc\s*\(\s*'(month|week|year)'",
    "refused by Sail": r"\b(qualify|zip_with\s*\(|like any|group by all|pivot\s*\()",
    "refused by Sail: list the columns": r"\*\s*except\s*\(",
    "decimals over 18 digits hash otherwise on Sail": r"\bxxhash64\s*\([^)]*decimal",
}


def sql_texts() -> dict[str, str]:
    files = [*PROJECT.glob("models/**/*.sql"), *PROJECT.glob("macros/**/*.sql")]
    return {
        str(file.relative_to(PROJECT)): re.sub(
            r"\{#.*?#\}|--[^\n]*", "", file.read_text(), flags=re.S
        )
        for file in files
    }


@pytest.mark.parametrize("why", REFUSED)
def test_no_sql_is_written_that_the_engines_do_not_do_equally(why: str) -> None:
    found = [
        f"{name}: {match[0]}"
        for name, text in sql_texts().items()
        for match in re.finditer(REFUSED[why], text, re.I)
    ]
    assert found == [], why


def test_no_statement_binds_parameters_that_spark_loses() -> None:
    """Delta's parser drops `args`; pyspark's own formatter puts values in for both."""
    packages = ("ingestion", "statements", "tariffs", "serving", "stack", "dashboards", "bench")
    files = [file for package in packages for file in PROJECT.glob(f"{package}/**/*.py")]
    calls = {str(f.relative_to(PROJECT)): f.read_text() for f in files}
    found = [name for name, text in calls.items() if re.search(r"\bsql\([^)]*\bargs\s*=", text)]
    assert found == []
