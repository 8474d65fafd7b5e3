"""A reference file as values: what each field says, with the problems of those that say nothing."""

from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from ingestion.reference.problems import Problem, got
from ingestion.reference.read import Delivered, Unreadable, delivered_paths, read_delivered
from ingestion.reference.schema import Column, ReferenceFile


class Unknown:
    """Stands for a value that could not be read: no later check says anything about it."""


UNKNOWN: Final = Unknown()


@dataclass(frozen=True)
class Row:
    """One row: the line of the file, and the values by column with defaults filled in."""

    line: int
    values: dict[str, Any]

    def __getitem__(self, column: str) -> Any:
        return self.values[column]

    def knows(self, *columns: str) -> bool:
        return not any(self.values[column] is UNKNOWN for column in columns)


@dataclass
class Table:
    """One reference file; `is_whole` unless rows of it could not be read at all."""

    file: ReferenceFile
    path: str
    lines: list[int] = field(default_factory=list)
    columns: dict[str, list[Any]] = field(default_factory=dict)
    is_whole: bool = True

    def rows(self) -> Iterator[Row]:
        names = [column.name for column in self.file.columns]
        for line, *values in zip(self.lines, *(self.columns[n] for n in names), strict=True):
            yield Row(line, dict(zip(names, values, strict=True)))

    def known(self, column: str) -> set[Any]:
        """The column's values that could be read."""
        return {value for value in self.columns[column] if value is not UNKNOWN}

    def problem(self, rows: tuple[int, ...], message: str) -> Problem:
        return Problem(self.path, rows, message)


def read_table(folder: Path, file: ReferenceFile) -> tuple[Table, list[Problem]]:
    """Read one file of a folder. An absent or empty file has no rows and no problems."""
    paths = delivered_paths(folder, file.name)
    table = Table(file, paths[0].name if paths else f"{file.name}.csv")
    nothing = Delivered({}, [])
    if len(paths) > 1:
        names = " and ".join(path.name for path in paths)
        return _unusable(table, Problem(table.path, (), f"{names} are both there; allowed: one"))
    try:
        delivered = read_delivered(paths[0]) if paths else nothing
    except Unreadable as failure:
        rows = (failure.row,) if failure.row else ()
        return _unusable(table, Problem(table.path, rows, failure.message))
    if not delivered.columns:
        delivered = Delivered({column.name: [] for column in file.columns}, [])
    table.is_whole = not delivered.uneven
    problems = [*_header_problems(table, delivered), *_fill(table, delivered)]
    # one name in the header means another delimiter: the header's problem says so
    if len(delivered.columns) > 1:
        problems += _uneven_problems(table, delivered)
    return table, problems


def _unusable(table: Table, problem: Problem) -> tuple[Table, list[Problem]]:
    table.is_whole = False
    table.columns = {column.name: [] for column in table.file.columns}
    return table, [problem]


def _header_problems(table: Table, delivered: Delivered) -> Iterator[Problem]:
    header = ", ".join(delivered.columns)
    spelled = {name.strip().lower(): name for name in delivered.columns}
    for column in table.file.columns:
        if column.name in delivered.columns:
            continue
        if column.name in spelled:
            wrong = got(spelled[column.name])
            yield table.problem((1,), f"the header has {wrong}; allowed: {column.name}")
        elif column.required:
            yield table.problem(
                (1,), f"the header lacks {column.name}, it has {got(header)}; {_needed(table)}"
            )


def _needed(table: Table) -> str:
    return f"allowed: commas between names, at least {', '.join(table.file.required)}"


def _uneven_problems(table: Table, delivered: Delivered) -> Iterator[Problem]:
    rows: dict[int, list[int]] = defaultdict(list)
    for line, count in delivered.uneven.items():
        rows[count].append(line)
    for count, lines in rows.items():
        allowed = f"allowed: {len(delivered.columns)}, as the header has"
        yield table.problem(tuple(lines), f"the number of values is {count}; {allowed}")


def _fill(table: Table, delivered: Delivered) -> Iterator[Problem]:
    """Turn text into values, column by column; each distinct value is read once."""
    table.lines = delivered.lines
    misspelled = {name.strip().lower() for name in delivered.columns} - set(delivered.columns)
    for column in table.file.columns:
        texts = delivered.columns.get(column.name)
        if texts is None:
            lost = column.required or column.name in misspelled
            value = UNKNOWN if lost else _default(column)
            table.columns[column.name] = [value] * len(table.lines)
            continue
        meanings = {text: _meaning(column, text) for text in set(texts)}
        table.columns[column.name] = [meanings[text] for text in texts]
        yield from _field_problems(table, column, texts, meanings)


def _default(column: Column) -> object:
    return None if column.default is None else column.type.read(column.default)


def _meaning(column: Column, text: str) -> object:
    if not text:
        return UNKNOWN if column.required else _default(column)
    try:
        return column.type.read(text)
    except ValueError:
        return UNKNOWN


def _field_problems(
    table: Table, column: Column, texts: list[str], meanings: dict[str, object]
) -> Iterator[Problem]:
    if not any(value is UNKNOWN for value in meanings.values()):
        return
    rows: dict[str, list[int]] = defaultdict(list)
    for line, text in zip(table.lines, texts, strict=True):
        if meanings[text] is UNKNOWN:
            rows[text].append(line)
    for text, lines in rows.items():
        value = f"is {got(text)}" if text else "is empty"
        message = f"{column.name} {value}; allowed: {column.type.allowed}"
        yield table.problem(tuple(lines), message)
