"""What a rebuild found, for people and for programs."""

import json
from dataclasses import asdict
from typing import TextIO

from rich.console import Console
from rich.table import Table

from ingestion.query import plain
from statements.rebuild.job import Rebuilt


def rebuilt_text(found: Rebuilt, out: TextIO) -> None:
    """Each table with how many rows differ, and the first of them."""
    console = Console(file=out, markup=False, highlight=False, width=None if out.isatty() else 160)
    table = Table("Table")
    for name in ("Rows", "Only in the home", "Only in the new one"):
        table.add_column(name, justify="right")
    for one in found.tables:
        table.add_row(one.name, f"{one.rows:,}", f"{one.only_there:,}", f"{one.only_here:,}")
    console.print(table)
    for one in found.tables:
        for row in one.examples:
            where = "home" if row["side"] > 0 else "new"
            said = ", ".join(
                f"{name} {plain(value)}"
                for name, value in row.items()
                if name != "side" and value is not None
            )
            console.print(f"{one.name}, only {where}: {said}", soft_wrap=True)
    is_equal = all(one.is_equal for one in found.tables)
    console.print(
        f"{found.runs:,} runs again in {found.folder}: "
        f"{'all is the same' if is_equal else 'not all is the same'}; {found.seconds} seconds",
        soft_wrap=True,
    )


def rebuilt_json(found: Rebuilt, out: TextIO) -> None:
    """One JSON object; amounts as strings."""
    document = {
        "folder": str(found.folder),
        "runs": found.runs,
        "is_equal": all(one.is_equal for one in found.tables),
        "tables": [
            asdict(one) | {"examples": [plain(row) for row in one.examples]} for one in found.tables
        ],
        "seconds": found.seconds,
    }
    json.dump(document, out, indent=2, ensure_ascii=False)
    out.write("\n")
