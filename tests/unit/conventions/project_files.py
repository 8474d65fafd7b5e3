"""The files of the project by kind."""

from collections.abc import Iterable, Iterator
from pathlib import Path

from ingestion.settings import PROJECT

PACKAGES = ("ingestion", "sample", "statements", "tariffs", "serving", "stack", "dashboards")


def sql_files(*folders: str) -> Iterator[Path]:
    for folder in folders:
        yield from sorted((PROJECT / folder).rglob("*.sql"))


def product_files() -> Iterator[Path]:
    """The Python files that run for an operator, the bench and CI."""
    yield PROJECT / "ratelake.py"
    for package in (*PACKAGES, "bench", "ci"):
        yield from sorted((PROJECT / package).rglob("*.py"))


def name(path: Path) -> str:
    return str(path.relative_to(PROJECT))


def longer_than(most: int, files: Iterable[Path]) -> dict[str, int]:
    """The files with more lines than that, and how many they have."""
    lengths = {name(path): len(path.read_text("utf-8").splitlines()) for path in files}
    return {path: lines for path, lines in lengths.items() if lines > most}


def wide_lines(most: int, files: Iterable[Path]) -> list[str]:
    """The lines with more columns than that, as file:line."""
    return [
        f"{name(path)}:{number}"
        for path in files
        for number, line in enumerate(path.read_text("utf-8").splitlines(), 1)
        if len(line) > most
    ]
