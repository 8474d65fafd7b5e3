"""The command line: it mounts what the packages offer and says what happened."""

import sys
from pathlib import Path
from typing import Annotated

import typer

from dashboards.commands import dashboards
from ingestion.commands import (
    Format,
    Home,
    Profile,
    QueryEngine,
    Reference,
    clear_errors,
    console,
    day,
    moment,
    settings_for,
)
from ingestion.landing.commands import collect
from ingestion.maintenance import optimize, vacuum
from ingestion.memory import end_without_search, search_rarely
from ingestion.progress import progress_bars
from serving.commands import down, logs, status, up
from statements.commands import Shown, rebuild, reproduce, statements
from tariffs.commands import simulate, tariff

AsOf = Annotated[
    str | None,
    typer.Option(help="Knowledge time of the run, ISO 8601 with an offset; default: now"),
]
Publishes = Annotated[
    bool, typer.Option("--publish/--no-publish", help="Bring balances to Cassandra.")
]


app = typer.Typer(
    help="Turns a telecom operator's usage records into rated charges, balances, invoice data.",
    epilog="Start with: ratelake generate, then ratelake run, then "
    "ratelake query 'select * from aggregates.account_balances'",
    no_args_is_help=True,
    pretty_exceptions_enable=False,
    rich_markup_mode=None,
)


@app.command()
def init(home: Home = None) -> None:
    """Create a home and its keys (mode 0600). `run` does it too when there is none."""
    from ingestion.keys import create_keyring

    settings = settings_for(home)
    with clear_errors():
        create_keyring(settings.keyring_file)
    typer.echo(
        f"created {settings.keyring_file}; keep it safe: without it no number can be read back"
    )


@app.command()
def generate(
    home: Home = None,
    subscribers: Annotated[int, typer.Option(min=1, help="How many subscribers.")] = 5_000,
    events: Annotated[int, typer.Option(min=1, help="How many usage records, about.")] = 200_000,
    seed: Annotated[int, typer.Option(help="The same seed gives the same bytes.")] = 1,
) -> None:
    """Write a synthetic operator's feed files into the inbox, with known troubles planted."""
    from sample import generate as write

    settings = settings_for(home)
    with clear_errors(), progress_bars(console) as bar:
        show = bar("generate")
        write(settings.root, subscribers=subscribers, events=events, seed=seed, on_progress=show)
    typer.echo(
        f"wrote the feed files of {subscribers:,} subscribers below {settings.root / 'inbox'}"
    )
    typer.echo(f"what is planted in them: {settings.root / 'generated' / 'manifest.json'}")


@app.command()
def run(
    home: Home = None,
    profile: Profile = None,
    inbox: Annotated[
        Path | None, typer.Option(help="Folder with a folder per feed. Default: HOME/inbox")
    ] = None,
    reference: Reference = None,
    as_of: AsOf = None,
    publish: Publishes = True,
    full_refresh: Annotated[
        bool, typer.Option("--full-refresh", help="Rate everything again from raw.")
    ] = False,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Collect, load, rate, total and publish what is new. Exit 0 only if all is accounted for."""
    from ingestion.report_text import print_json, print_report
    from ingestion.run import run_once
    from serving.node import served_balances, serving_node

    settings = settings_for(home, profile=profile, inbox=inbox, reference=reference)
    with clear_errors():
        with progress_bars(console) as bar, serving_node(settings, wanted=publish) as publisher:
            report = run_once(
                settings,
                as_of=moment(as_of, "--as-of"),
                publish=publisher,
                full_refresh=full_refresh,
                bar=bar,
            )
            if settings.trino_folder.exists():
                from serving.trino import share_if_running

                share_if_running(settings, bar("trino"))
        balances = served_balances(settings) if report.published is not None else []
    if format is Format.JSON:
        print_json(report, balances)
    else:
        print_report(report, balances, settings)


@app.command()
def recalculate(
    home: Home = None,
    reference: Reference = None,
    account: Annotated[
        list[str] | None, typer.Option(help="Cycles of this account; may stand several times.")
    ] = None,
    plan: Annotated[
        str | None, typer.Option(help="Cycles in which a subscription was on this plan.")
    ] = None,
    from_day: Annotated[
        str | None, typer.Option("--from", help="Cycles with days from this one on.")
    ] = None,
    to_day: Annotated[
        str | None, typer.Option("--to", help="Cycles with days before this one.")
    ] = None,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Only show what would change; all is put back.")
    ] = False,
    as_of: AsOf = None,
    publish: Publishes = True,
    format: Annotated[Shown, typer.Option(help="text or json.")] = Shown.TEXT,
) -> None:
    """Run as `ratelake run` does, and compute closed cycles anew also where nothing new came.

    What differs becomes a new version with its deltas; without options all closed cycles are meant.
    Usage is not rated again: `ratelake run --full-refresh` does that. Such as:
    ratelake recalculate --account A00000031 --from 2026-07-01 --dry-run
    """
    from ingestion.recalculation import Request
    from serving.node import serving_node
    from statements.recalculation.job import recalculate as run_recalculation
    from statements.recalculation.text import recalculation_json, recalculation_text

    settings = settings_for(home, reference=reference)
    first = None if from_day is None else day(from_day, "--from")
    end = None if to_day is None else day(to_day, "--to")
    accounts: list[str | None] = [*account] if account else [None]
    show = recalculation_json if format is Shown.JSON else recalculation_text
    with (
        clear_errors(),
        progress_bars(console) as bar,
        serving_node(settings, wanted=publish and not dry_run) as publisher,
    ):
        run_recalculation(
            settings,
            [Request(one, plan, first, end) for one in accounts],
            lambda found: show(found, sys.stdout),
            as_of=moment(as_of, "--as-of"),
            is_dry_run=dry_run,
            publish=publisher,
            bar=bar,
        )


@app.command()
def query(
    sql: Annotated[
        str,
        typer.Argument(help="One statement, such as: select * from rated.usage_charges limit 10"),
    ],
    home: Home = None,
    format: Annotated[Format, typer.Option(help="table, csv or json.")] = Format.TABLE,
    engine: Annotated[QueryEngine, typer.Option(help="spark or trino.")] = QueryEngine.SPARK,
) -> None:
    """Run SQL over the tables as the last run left them. With csv and json stdout has only data.

    With --engine trino the statement is Trino's SQL, and Trino decides what its user may see:
    RATELAKE_TRINO_USER with RATELAKE_TRINO_PASSWORD, or the home's own engineer (docs/trino.md).
    """
    from ingestion import query as queries
    from ingestion.committed import committed
    from serving.trino.query import trino_answer

    settings, write = settings_for(home), queries.WRITERS[format]
    with clear_errors():
        if engine is QueryEngine.TRINO:
            with trino_answer(settings, sql) as (columns, rows):
                write(queries.Answer(columns, rows), sys.stdout)
            return
        statement = queries.reading(sql)
        with committed(settings) as spark:
            found = queries.answer(spark.sql(statement), is_table=format is Format.TABLE)
            write(found, sys.stdout)


@app.command()
def explain(
    event_id: Annotated[str, typer.Argument(help="Name of the event, as its usage record has it.")],
    home: Home = None,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Show how an event's charge came about: record, tariff, bundles, steps, rounding."""
    from ingestion.committed import committed
    from ingestion.explain import read, write_json
    from ingestion.explain_text import write_text

    with clear_errors():
        with committed(settings_for(home)) as spark:
            explanation = read(spark, event_id)
        write = write_json if format is Format.JSON else write_text
        write(explanation, sys.stdout)


@app.command(context_settings={"allow_extra_args": True, "ignore_unknown_options": True})
def dbt(context: typer.Context, home: Home = None) -> None:
    """Call dbt by hand, such as: ratelake dbt build. The next run puts back what it changed."""
    from ingestion.by_hand import dbt as by_hand

    with clear_errors():
        done = by_hand(settings_for(home), context.args)
    raise typer.Exit(0 if done.success else 1)


app.add_typer(tariff, name="tariff")
app.add_typer(statements, name="statements")
for command in (collect, simulate, reproduce, rebuild, dashboards, up, down, status, logs):
    app.command()(command)
for upkeep in (vacuum, optimize):
    app.command()(upkeep)


if __name__ == "__main__":
    search_rarely()
    end_without_search()
    app()
