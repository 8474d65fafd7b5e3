"""`ratelake statements list`, `show` and `export`; `ratelake reproduce` and `ratelake rebuild`."""

import sys
from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from ingestion.commands import Format, Home, clear_errors, console, settings_for
from ingestion.progress import progress_bars
from statements.cycles import Cycles, NoSuchCycle, cycles
from statements.export.names import ExportFormat

statements = typer.Typer(
    help="Look at the statements of closed billing cycles, or export them for invoicing.",
    no_args_is_help=True,
)
StatementId = Annotated[
    str, typer.Argument(help="As `statements list` names it: account/first day/version.")
]


class Shown(StrEnum):
    """How one thing is printed."""

    TEXT = "text"
    JSON = "json"


@statements.command("list")
def list_(
    home: Home = None,
    account: Annotated[str | None, typer.Option(help="Only those of this account.")] = None,
    cycle: Annotated[
        str | None,
        typer.Option(help="Only cycles that start in a month, such as 2026-10, or on a day."),
    ] = None,
    all_versions: Annotated[
        bool, typer.Option("--all-versions", help="Also versions that a later one supersedes.")
    ] = False,
    format: Annotated[Format, typer.Option(help="table, csv or json.")] = Format.TABLE,
) -> None:
    """Name the statements with their totals, as the last run left them.

    Such as: ratelake statements list --cycle 2026-10
    """
    from ingestion.committed import committed
    from statements import text
    from statements.found import listed

    write = {Format.TABLE: text.list_table, Format.CSV: text.list_csv, Format.JSON: text.list_json}
    wanted = None if cycle is None else _cycles(cycle)
    with clear_errors(), committed(settings_for(home)) as spark:
        write[format](listed(spark, account, wanted, all_versions), sys.stdout)


@statements.command()
def show(
    statement_id: StatementId,
    home: Home = None,
    format: Annotated[Shown, typer.Option(help="text or json.")] = Shown.TEXT,
) -> None:
    """Show a statement: lines, tax by rate, totals, what changed since the version before.

    Such as: ratelake statements show A00000031/2026-10-12/1
    """
    from ingestion.committed import committed
    from statements.found import statement
    from statements.text import show_json, show_text

    with clear_errors():
        with committed(settings_for(home)) as spark:
            found = statement(spark, statement_id)
        write = show_json if format is Shown.JSON else show_text
        write(found, sys.stdout)


@statements.command()
def export(
    cycle: Annotated[
        str,
        typer.Option(help="Month in which the cycles start, such as 2026-10, or the day."),
    ],
    home: Home = None,
    format: Annotated[ExportFormat, typer.Option(help="Form of the files.")] = ExportFormat.JSONL,
    to: Annotated[
        Path | None,
        typer.Option(help="Folder, empty or new. Default: HOME/exports/<cycle>/<number>"),
    ] = None,
    again: Annotated[bool, typer.Option("--again", help="Also what was exported before.")] = False,
) -> None:
    """Write the statements of closed cycles as invoice data, each version once.

    A second call exports what came since: other cycles, later versions. One that was killed goes on
    where it was. What the files hold: docs/export.md. Such as:
    ratelake statements export --cycle 2026-10 --format csv --to october
    """
    from statements.export.job import export as run_export
    from statements.export.text import print_exported

    settings, wanted = settings_for(home), _cycles(cycle)
    with clear_errors(), progress_bars(console) as bar:
        done = run_export(settings, wanted, format, to, again=again, on_progress=bar("export"))
    print_exported(done, wanted, sys.stdout)


def reproduce(
    statement_id: StatementId,
    home: Home = None,
    format: Annotated[Shown, typer.Option(help="text or json.")] = Shown.TEXT,
) -> None:
    """Derive a statement again from what was known when it closed; exit 0 only if it is the same.

    In a home of its own that goes afterwards; nothing changes. Such as:
    ratelake reproduce A00000031/2026-10-12/1
    """
    from statements.reproduction.job import reproduce as run_reproduction
    from statements.reproduction.text import reproduction_json, reproduction_text

    settings = settings_for(home)
    with clear_errors(), progress_bars(console) as bar:
        found = run_reproduction(settings, statement_id, on_progress=bar("derive"))
    write = reproduction_json if format is Shown.JSON else reproduction_text
    write(found, sys.stdout)
    if found.differences:
        raise typer.Exit(1)


def rebuild(
    into: Annotated[Path, typer.Option(help="Empty or new folder for the new home.")],
    home: Home = None,
    format: Annotated[Shown, typer.Option(help="text or json.")] = Shown.TEXT,
) -> None:
    """Make a home again, run by run, from its raw records and tariff history, and compare.

    Exit 0 only if statements, lines, deltas and ledger entries are the same. The home is only read;
    the new one is whole and can go on in its place. Such as: ratelake rebuild --into again
    """
    from statements.rebuild.job import rebuild as run_rebuild
    from statements.rebuild.text import rebuilt_json, rebuilt_text

    settings = settings_for(home)
    with clear_errors(), progress_bars(console) as bar:
        found = run_rebuild(settings, into, on_progress=bar("runs"))
    write = rebuilt_json if format is Shown.JSON else rebuilt_text
    write(found, sys.stdout)
    if not all(one.is_equal for one in found.tables):
        raise typer.Exit(1)


def _cycles(text: str) -> Cycles:
    try:
        return cycles(text)
    except NoSuchCycle as failure:
        raise typer.BadParameter(str(failure), param_hint="--cycle") from None
