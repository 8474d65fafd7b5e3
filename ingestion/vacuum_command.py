"""`ratelake vacuum`: room that no reader needs."""

import json
import sys
from dataclasses import asdict
from typing import Annotated

import typer

from ingestion.commands import Format, Home, clear_errors, console, settings_for
from ingestion.progress import progress_bars

# what Delta takes by itself
WEEK_HOURS = 7 * 24


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
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Remove files that only earlier versions of tables need, and old entries of their logs.

    A run that changes a row writes its file anew, and the one before stays. Call it once a day
    or a week, between runs; it changes no row. Such as: ratelake vacuum --dry-run
    """
    from rich.console import Console
    from rich.table import Table

    from ingestion.vacuum import vacuum as remove_files

    with clear_errors(), progress_bars(console) as bar:
        removed = remove_files(
            settings_for(home),
            retained_hours=retain_hours,
            is_dry_run=dry_run,
            on_progress=bar("vacuum"),
        )
    if format is Format.JSON:
        said = {"is_dry_run": dry_run, "tables": [asdict(one) for one in removed]}
        json.dump(said, sys.stdout, indent=2)
        sys.stdout.write("\n")
        return
    shown = Table("Table", "Files", "Bytes")
    for one in removed:
        shown.add_row(one.table, f"{one.files:,}", f"{one.bytes:,}")
    if removed:
        Console().print(shown)
    files, size = (sum(getattr(one, name) for one in removed) for name in ("files", "bytes"))
    typer.echo(f"{'would remove' if dry_run else 'removed'} {files:,} files of {size:,} bytes")
