"""One row for one key, at any moment: no two rows with the same key, no overlapping validity."""

from collections import defaultdict
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any

from ingestion.reference.problems import Problem, got
from ingestion.reference.table import UNKNOWN, Table
from ingestion.reference.times import LocalTime, clock

ALWAYS = datetime.min.replace(tzinfo=UTC)
NEVER = datetime.max.replace(tzinfo=UTC)
Key = tuple[Any, ...]


def uniqueness_problems(table: Table) -> Iterator[Problem]:
    """Rows of one key: with validity those that overlap, two by two; without, all of them."""
    for key, positions in _shared_keys(table).items():
        if table.file.validity:
            yield from _overlaps(table, key, positions)
        else:
            rows = tuple(table.lines[position] for position in positions)
            message = f"{_named(table, positions[0])} stands in {len(rows)} rows; allowed: one row"
            yield table.problem(rows, message)


def _shared_keys(table: Table) -> dict[Key, list[int]]:
    """The positions of the rows of each key that more than one row has."""
    keys = list(zip(*(table.columns[name] for name in table.file.key), strict=True))
    positions: dict[Key, list[int]] = defaultdict(list)
    if len(set(keys)) == len(keys):
        return positions
    for position, key in enumerate(keys):
        if UNKNOWN not in key:
            positions[key].append(position)
    return {key: shared for key, shared in positions.items() if len(shared) > 1}


def _overlaps(table: Table, key: Key, positions: list[int]) -> Iterator[Problem]:
    """Each row that begins before the end of those that began before it."""
    periods = sorted(
        (start, end, position)
        for position in positions
        for start, end in [_period(table, position)]
        if start < end
    )
    longest: tuple[datetime, int] | None = None
    for start, end, position in periods:
        if longest and start < longest[0]:
            rows = tuple(sorted((table.lines[longest[1]], table.lines[position])))
            until = min(end, longest[0])
            yield table.problem(
                rows,
                f"{_named(table, position)} is valid twice {_between(start, until)}; "
                "allowed: one row at a time",
            )
        if longest is None or end > longest[0]:
            longest = (end, position)


def _period(table: Table, position: int) -> tuple[datetime, datetime]:
    """The row's validity; an empty period when it could not be read."""
    start = table.columns["valid_from"][position]
    end = table.columns["valid_to"][position]
    if UNKNOWN in (start, end):
        return NEVER, NEVER
    return start or ALWAYS, end or NEVER


def _between(start: datetime, end: datetime) -> str:
    if (start, end) == (ALWAYS, NEVER):
        return "at all times"
    since = "" if start == ALWAYS else f"from {start:%Y-%m-%dT%H:%M:%SZ}"
    until = "" if end == NEVER else f"until {end:%Y-%m-%dT%H:%M:%SZ}"
    return f"{since} {until}".strip()


def _named(table: Table, position: int) -> str:
    """The key as the message names it."""
    shown = []
    for name in table.file.key:
        value = table.columns[name][position]
        is_time = isinstance(table.file.column(name).type, LocalTime)
        shown.append(f"{name} {clock(value) if is_time else got(str(value))}")
    return ", ".join(shown)
