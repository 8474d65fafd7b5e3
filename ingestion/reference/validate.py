"""Holds a reference folder against the contract before a run uses it."""

from collections.abc import Iterator
from pathlib import Path

from ingestion.reference.calendars import calendar_problems
from ingestion.reference.files import FILES
from ingestion.reference.links import link_problems, stepless_problems
from ingestion.reference.problems import InvalidReference, Problem
from ingestion.reference.rows import row_problems, validity_problems
from ingestion.reference.steps import step_problems
from ingestion.reference.table import Table, read_table
from ingestion.reference.uniqueness import uniqueness_problems

__all__ = ["InvalidReference", "Problem", "problems", "validate"]


def validate(folder: Path) -> None:
    """Raise InvalidReference with all problems of the folder's files; absent files are empty."""
    found = problems(folder)
    if found:
        raise InvalidReference(folder, found)


def problems(folder: Path) -> list[Problem]:
    """Every problem of a reference folder, in the order of the contract's files, then by row.

    Rows are lines of the file, its header being line 1. A value that cannot be read is one problem;
    no other check says anything about it.
    """
    if not folder.is_dir():
        return [Problem(str(folder), (), "is no folder; allowed: a folder of tariff files")]
    found: list[Problem] = []
    tables: dict[str, Table] = {}
    for name, file in FILES.items():
        tables[name], unreadable = read_table(folder, file)
        found += unreadable
    found += _contradictions(tables)
    order = {table.path: position for position, table in enumerate(tables.values())}
    return sorted(found, key=lambda problem: (order[problem.file], problem.rows, problem.message))


def _contradictions(tables: dict[str, Table]) -> Iterator[Problem]:
    for table in tables.values():
        yield from validity_problems(table)
        yield from uniqueness_problems(table)
    yield from row_problems(tables)
    yield from link_problems(tables)
    yield from stepless_problems(tables["tariffs"], tables["tariff_steps"])
    yield from step_problems(tables["tariff_steps"])
    yield from calendar_problems(tables["time_bands"])
