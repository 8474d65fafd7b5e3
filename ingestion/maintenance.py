"""`ratelake vacuum` and `ratelake optimize`: what keeps a home small and quick to read."""

import json
import sys
from collections.abc import Sequence
from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from ingestion.commands import Format, Home, clear_errors, console, settings_for
from ingestion.progress import progress_bars

if TYPE_CHECKING:
    from ingestion.optimize import Packed
    from ingestion.vacuum import Removed

# what Delta takes by itself
WEEK_HOURS = 7 * 24
PrintedAs = Annotated[Format, typer.Option(help="Print it as table or json.")]


def vacuum(
    home: Home = None,
    retain_hours: Annotated[
        int,
        typer.Option(
            min=0,
            help="Keep what versions of the last so many hours need. Less than the longest query "
            "takes lets it fail.",
        ),
    ] = WEEK_HOURS,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would be removed.")
    ] = False,
    format: PrintedAs = Format.TABLE,
) -> None:
    """Remove files that only earlier versions of tables need, and old entries of their logs.

    A run that changes a row writes its file anew, and the one before stays. Call it once a day
    or a week, between runs; it changes no row. Such as: ratelake vacuum --dry-run
    """
    from ingestion.vacuum import vacuum as remove_files

    with clear_errors(), progress_bars(console) as bar:
        removed = remove_files(
            settings_for(home),
            retained_hours=retain_hours,
            is_dry_run=dry_run,
            on_progress=bar("vacuum"),
        )
    if format is Format.JSON:
        _write_json(removed, is_dry_run=dry_run)
        return
    _print_table(
        ("Table", "Files", "Bytes"), [(one.table, one.files, one.bytes) for one in removed]
    )
    files, size = (sum(getattr(one, name) for one in removed) for name in ("files", "bytes"))
    typer.echo(f"{'would remove' if dry_run else 'removed'} {files:,} files of {size:,} bytes")


def optimize(home: Home = None, format: PrintedAs = Format.TABLE) -> None:
    """Bring the rows of tables out of many small files into few, so that reading them is quick.

    Every run adds files to the tables that it writes. Call it once a day, between runs and after
    vacuum; it changes no row. Readers have the new files from the next run on that brings
    something. With RATELAKE_SPARK_REMOTE the executors do it. Such as: ratelake optimize
    """
    from ingestion.optimize import optimize as pack_files

    with clear_errors(), progress_bars(console) as bar:
        packed = pack_files(settings_for(home), on_progress=bar("optimize"))
    if format is Format.JSON:
        _write_json(packed)
        return
    rows = [(one.table, one.files_before, one.files_after) for one in packed]
    _print_table(("Table", "Files before", "Files after"), rows)
    before, after = sum(one.files_before for one in packed), sum(one.files_after for one in packed)
    typer.echo(f"packed {before:,} files of {len(packed):,} tables into {after:,}")


def _write_json(tables: "Sequence[Packed | Removed]", **said: Any) -> None:
    json.dump(said | {"tables": [asdict(one) for one in tables]}, sys.stdout, indent=2)
    sys.stdout.write("\n")


def _print_table(columns: Sequence[str], rows: Sequence[tuple[str, int, int]]) -> None:
    from rich.console import Console
    from rich.table import Table

    if not rows:
        return
    shown = Table(*columns)
    for name, *numbers in rows:
        shown.add_row(name, *(f"{number:,}" for number in numbers))
    Console().print(shown)
