"""What is wrong with a reference folder, said so that its author finds the rows."""

from collections.abc import Iterable
from dataclasses import dataclass
from pathlib import Path

from ingestion.failures import Failure

SHOWN_PROBLEMS = 50
SHOWN_ROWS = 8
SHOWN_VALUES = 12
SHOWN_CHARACTERS = 60


@dataclass(frozen=True, order=True)
class Problem:
    """One fault. `rows` are lines of the file (the header is line 1); none: the file as a whole."""

    file: str
    rows: tuple[int, ...]
    message: str

    def __str__(self) -> str:
        return f"{self.file}{_rows_text(self.rows)}: {self.message}"


class InvalidReference(Failure):
    """A reference folder that cannot be used. `problems` holds all faults, the text 50 of them."""

    def __init__(self, folder: Path, problems: Iterable[Problem]) -> None:
        self.folder = folder
        self.problems = tuple(problems)
        super().__init__(self._text())

    def _text(self) -> str:
        count = len(self.problems)
        plural = "problem" if count == 1 else "problems"
        lines = [f"the tariff files in {self.folder} have {count:,} {plural}:"]
        lines += [f"  {problem}" for problem in self.problems[:SHOWN_PROBLEMS]]
        if count > SHOWN_PROBLEMS:
            lines.append(f"  … and {count - SHOWN_PROBLEMS:,} more")
        return "\n".join(lines)


def got(text: object) -> str:
    """A value as a message shows it: quoted, cut when long."""
    shown = repr(text)
    return shown if len(shown) <= SHOWN_CHARACTERS else f"{shown[: SHOWN_CHARACTERS - 1]}…"


def among(values: Iterable[str]) -> str:
    """A list of allowed values, sorted, cut when long."""
    known = sorted(values)
    shown = ", ".join(known[:SHOWN_VALUES])
    return shown if len(known) <= SHOWN_VALUES else f"{shown}, … ({len(known):,} in all)"


def _rows_text(rows: tuple[int, ...]) -> str:
    if not rows:
        return ""
    shown = ", ".join(str(row) for row in rows[:SHOWN_ROWS])
    rest = f" and {len(rows) - SHOWN_ROWS:,} more" if len(rows) > SHOWN_ROWS else ""
    return f", {'row' if len(rows) == 1 else 'rows'} {shown}{rest}"
