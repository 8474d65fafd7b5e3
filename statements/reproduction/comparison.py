"""A statement beside what was derived again: every total and every line, to the last digit."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

Row = Mapping[str, Any]
# what names the version, the run and the models, not what it says
NAMES = {"statement_id", "version", "supersedes", "run_id", "closed_at", "code_version"}


@dataclass(frozen=True)
class Difference:
    """A value that is not the same; `line_key` is None for the statement itself."""

    line_key: str | None
    column: str
    kept: Any
    derived: Any


def differences(
    head: Row, lines: Sequence[Row], derived_head: Row | None, derived_lines: Sequence[Row]
) -> list[Difference]:
    """What differs. A statement of which nothing is left is derived as none at all."""
    if derived_head is None:
        derived_head = dict(head) if not head["line_count"] else dict.fromkeys(head)
    found = list(_of_row(None, head, derived_head))
    kept = {line["line_key"]: line for line in lines}
    derived = {line["line_key"]: line for line in derived_lines}
    for key in [*kept, *(key for key in derived if key not in kept)]:
        if key not in derived or key not in kept:
            there = ("there", None) if key in kept else (None, "there")
            found.append(Difference(key, "line", *there))
        else:
            found += _of_row(key, kept[key], derived[key])
    return found


def _of_row(line_key: str | None, kept: Row, derived: Row) -> Iterator[Difference]:
    for column, value in kept.items():
        if column not in NAMES and value != derived[column]:
            yield Difference(line_key, column, value, derived[column])
