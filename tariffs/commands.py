"""`ratelake tariff check`, `ratelake tariff test` and `ratelake simulate`."""

import json
import sys
from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from ingestion.commands import Format, Home, Reference, clear_errors, console, day, settings_for
from ingestion.progress import progress_bars

tariff = typer.Typer(help="Check and test a folder of tariff files.", no_args_is_help=True)


@tariff.command()
def check(
    folder: Annotated[Path, typer.Argument(help="Folder of tariff files, such as seeds.")],
) -> None:
    """Name every row of a folder's tariff files and examples that is wrong."""
    from ingestion.reference.validate import validate
    from tariffs.examples import read_examples

    with clear_errors():
        validate(folder)
        examples = read_examples(folder)
    typer.echo(f"{folder}: all tariff files are well formed, and {len(examples):,} examples")


@tariff.command()
def test(
    reference: Reference = None,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Rate the usage in the folder's examples/*.csv and compare it with what they expect.

    Exit 0 only if everything is as expected.
    """
    from tariffs.check import check_examples
    from tariffs.report import print_outcome

    settings = settings_for(None, reference=reference)
    with clear_errors(), progress_bars(console) as bar:
        outcome = check_examples(settings, bar=bar)
    if format is Format.JSON:
        json.dump(asdict(outcome), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        print_outcome(outcome, settings.reference_folder)
    if outcome.differences:
        raise typer.Exit(1)


def simulate(
    reference: Annotated[Path, typer.Option(help="Folder of the tariff files to try.")],
    from_day: Annotated[str, typer.Option("--from", help="First day, such as 2026-10-01.")],
    to_day: Annotated[str, typer.Option("--to", help="Day after the last, such as 2026-11-01.")],
    home: Home = None,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Rate a past period with other tariffs, beside what was charged, and compare.

    Days are local to each account. Nothing that was charged changes; the comparison is added to the
    tables simulation.usage_charges, simulation.revenue and simulation.accounts.
    """
    from tariffs.report import print_simulation, simulation_json
    from tariffs.simulation import Period
    from tariffs.simulation import simulate as run_simulation

    settings = settings_for(home)
    period = Period(day(from_day, "--from"), day(to_day, "--to"))
    with clear_errors(), progress_bars(console) as bar:
        result = run_simulation(settings, reference, period, on_progress=bar("rate"))
    if format is Format.JSON:
        simulation_json(result, sys.stdout)
    else:
        print_simulation(result, sys.stdout)
