"""The project's rules for its Python files, the Makefile and the README."""

import ast
import re
from collections.abc import Iterator

import pytest

from ingestion.settings import PROJECT
from tests.unit.conventions.project_files import PACKAGES, longer_than, name, product_files


def files_with(pattern: str) -> list[str]:
    files = product_files()
    return [name(path) for path in files if re.search(pattern, path.read_text("utf-8"))]


def test_only_the_engine_makes_a_session() -> None:
    assert files_with(r"SparkSession\.builder|SparkConnectServer\(") == ["ingestion/engine.py"]


def test_nothing_reaches_into_a_jvm() -> None:
    reach = r"\b_jvm\b|\b_jsparkSession\b|\bsparkContext\b|\bSparkContext\b|\.rdd\b|\bpy4j\b"
    assert files_with(reach) == []


def test_no_layout_is_kept_from_the_formatter() -> None:
    assert files_with(r"# fmt: (skip|off)") == []


def test_no_python_file_is_longer_than_250_lines() -> None:
    assert longer_than(250, product_files()) == {}


def test_no_module_is_named_like_a_dependency_or_like_nothing() -> None:
    taken = {"cassandra.py", "trino.py", "utils.py", "helpers.py", "common.py", "manager.py"}
    assert [name(path) for path in product_files() if path.name in taken] == []


def test_every_public_function_of_a_package_boundary_has_a_docstring() -> None:
    """What the command line imports from a package explains itself."""
    missing = []
    for module, function in imported_by_the_command_line():
        path = PROJECT / (module.replace(".", "/") + ".py")
        if not path.exists():
            path = PROJECT / module.replace(".", "/") / "__init__.py"
        for node in ast.parse(path.read_text("utf-8")).body:
            if isinstance(node, ast.FunctionDef | ast.ClassDef) and node.name == function:
                missing += [f"{module}.{function}"] * (ast.get_docstring(node) is None)
    assert missing == []


def imported_by_the_command_line() -> Iterator[tuple[str, str]]:
    for node in ast.walk(ast.parse((PROJECT / "ratelake.py").read_text("utf-8"))):
        if isinstance(node, ast.ImportFrom) and (node.module or "").split(".")[0] in PACKAGES:
            yield from ((node.module or "", alias.name) for alias in node.names)


@pytest.mark.parametrize(("file", "lines"), [("README.md", 119), ("Makefile", 59)])
def test_the_first_things_read_stay_short(file: str, lines: int) -> None:
    assert longer_than(lines, [PROJECT / file]) == {}


def test_every_make_target_has_help() -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    assert targets - set(re.findall(r"^([a-z-]+):.*## ", makefile, re.M)) == set()
