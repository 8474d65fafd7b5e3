"""The project's own rules, held against dbt's manifest and the source text."""

import ast
import json
import os
import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

PROJECT = Path(__file__).resolve().parents[2]
MANIFEST = PROJECT / "target" / "manifest.json"
PACKAGES = ("ingestion", "sample", "tariffs", "serving", "stack", "dashboards")


@pytest.fixture(scope="session")
def manifest() -> dict[str, Any]:
    """dbt's manifest of the tree as it stands; parsed again only when a file is newer."""
    if not MANIFEST.exists() or MANIFEST.stat().st_mtime < newest_source():
        dbt = [sys.executable, "-m", "dbt.cli.main", "--quiet", "parse", "--log-path", "target"]
        subprocess.run(dbt, cwd=PROJECT, check=True, env={**os.environ, "DBT_PARTIAL_PARSE": "0"})
    return json.loads(MANIFEST.read_text())


def newest_source() -> float:
    folders = ("models", "macros", "seeds", "tests/dbt")
    files = [path for folder in folders for path in (PROJECT / folder).rglob("*")]
    return max(path.stat().st_mtime for path in [*files, PROJECT / "dbt_project.yml"])


@pytest.fixture(scope="session")
def models(manifest: dict[str, Any]) -> list[dict[str, Any]]:
    return [node for node in manifest["nodes"].values() if node["resource_type"] == "model"]


def sql_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((PROJECT / folder).rglob("*.sql"))


def python_files() -> Iterator[Path]:
    yield PROJECT / "ratelake.py"
    for package in (*PACKAGES, "bench"):
        yield from sorted((PROJECT / package).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def test_every_model_says_what_one_row_is(models: list[dict[str, Any]]) -> None:
    assert [m["name"] for m in models if not m["description"].startswith("One row per ")] == []


def test_every_column_of_a_model_is_described(models: list[dict[str, Any]]) -> None:
    bare = [
        f"{model['name']}.{column['name']}"
        for model in models
        for column in model["columns"].values()
        if not column["description"].strip()
    ]
    assert bare == []


def test_every_model_lists_its_columns(models: list[dict[str, Any]]) -> None:
    assert [model["name"] for model in models if not model["columns"]] == []


def test_every_model_has_a_test_of_its_key(
    manifest: dict[str, Any], models: list[dict[str, Any]]
) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    keyed = {
        test["attached_node"]
        for test in tests
        if "unique" in (test.get("test_metadata") or {}).get("name", "")
    }
    assert [model["name"] for model in models if model["unique_id"] not in keyed] == []


def test_staging_models_and_only_they_carry_a_prefix(models: list[dict[str, Any]]) -> None:
    wrong = [
        model["name"]
        for model in models
        if (model["schema"] == "staging") != model["name"].startswith("stg_")
    ]
    assert wrong == []


def test_every_macro_file_begins_with_what_it_is_for() -> None:
    assert [name(p) for p in sql_files("macros") if not p.read_text().startswith("{#")] == []


def test_every_test_in_sql_is_named_for_the_fact_and_says_what_a_row_means() -> None:
    kinds = ("assert_", "integrity_", "consistency_")
    files = list(sql_files("tests/dbt"))
    assert [name(path) for path in files if not path.name.startswith(kinds)] == []
    assert [
        name(path) for path in files if not re.search(r"^(--|\{#)", path.read_text(), re.M)
    ] == []


def test_no_sql_file_is_longer_than_100_lines() -> None:
    lengths = {name(p): len(p.read_text().splitlines()) for p in sql_files("models", "macros")}
    assert {path: lines for path, lines in lengths.items() if lines > 100} == {}


def test_no_macro_line_is_longer_than_120_columns() -> None:
    long = [
        f"{name(path)}:{number}"
        for path in sql_files("macros")
        for number, line in enumerate(path.read_text().splitlines(), 1)
        if len(line) > 120
    ]
    assert long == []


def test_no_binary_float_in_sql() -> None:
    files = [*sql_files("models", "macros"), *(PROJECT / "models").rglob("*.yml")]
    found = [name(p) for p in files if re.search(r"\b(double|float|real)\b", p.read_text(), re.I)]
    assert found == []


def test_no_column_is_a_binary_float(models: list[dict[str, Any]]) -> None:
    found = [
        f"{model['name']}.{column['name']}"
        for model in models
        for column in model["columns"].values()
        if re.search(r"double|float|real", column["data_type"] or "", re.I)
    ]
    assert found == []


def test_no_select_distinct_star_hides_a_join() -> None:
    found = [name(p) for p in sql_files("models") if "select distinct *" in p.read_text().lower()]
    assert found == []


def test_only_ingestion_spark_makes_a_session() -> None:
    makers = [name(path) for path in python_files() if "SparkSession.builder" in path.read_text()]
    assert makers == ["ingestion/spark.py"]


def test_no_python_file_is_longer_than_250_lines() -> None:
    lengths = {name(path): len(path.read_text().splitlines()) for path in python_files()}
    assert {path: lines for path, lines in lengths.items() if lines > 250} == {}


def test_no_module_is_named_like_a_dependency_or_like_nothing() -> None:
    taken = {"cassandra.py", "trino.py", "utils.py", "helpers.py", "common.py", "manager.py"}
    assert [name(path) for path in python_files() if path.name in taken] == []


def test_every_public_function_of_a_package_boundary_has_a_docstring() -> None:
    """What the command line imports from a package explains itself."""
    missing = []
    for module, function in imported_by_the_command_line():
        path = PROJECT / (module.replace(".", "/") + ".py")
        if not path.exists():
            path = PROJECT / module.replace(".", "/") / "__init__.py"
        for node in ast.parse(path.read_text()).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function:
                missing += [f"{module}.{function}"] * (ast.get_docstring(node) is None)
    assert missing == []


def imported_by_the_command_line() -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse((PROJECT / "ratelake.py").read_text())):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize(("file", "lines"), [("README.md", 119), ("Makefile", 59)])
def test_the_first_things_read_stay_short(file: str, lines: int) -> None:
    assert len((PROJECT / file).read_text().splitlines()) <= lines


def test_every_make_target_has_help() -> None:
    makefile = (PROJECT / "Makefile").read_text()
    targets = set(re.findall(r"^([a-z]+):", makefile, re.M))
    assert targets - set(re.findall(r"^([a-z]+):.*## ", makefile, re.M)) == set()
