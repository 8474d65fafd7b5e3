"""`ratelake up`, `down`, `status` and `logs`: the servers of a home, with what they serve."""

import json
import sys
from collections import deque
from collections.abc import Callable
from dataclasses import asdict
from importlib import import_module
from typing import Annotated, Protocol, cast

import typer
from rich.console import Console
from rich.table import Table

from ingestion.commands import Format, Home, Profile, clear_errors, console, settings_for
from ingestion.failures import Failure
from ingestion.progress import progress_bars
from ingestion.settings import Settings
from stack.part import PartStatus

MEGABYTE = 10**6


class Part(Protocol):
    """A server that a home can have; idempotent, and its data outlives it."""

    def start(self, settings: Settings, *, on_progress: Callable[[int, int], None]) -> object: ...
    def stop(self, settings: Settings) -> bool: ...
    def status(self, settings: Settings) -> PartStatus: ...


# in the order in which they start; each is a package that offers what a Part does, imported when
# asked for, which takes a while
PARTS = {
    "cassandra": "stack.cassandra",
    "s3": "stack.s3",
    "metastore": "stack.metastore",
    "spark": "stack.spark",
    "sftp": "stack.sftp",
    "keycloak": "stack.keycloak",
    "trino": "serving.trino",
}
Parts = Annotated[
    list[str] | None,
    typer.Argument(metavar="[PART]...", help=f"Of {', '.join(PARTS)}; default: all."),
]


class UnknownPart(Failure):
    """There is no such part."""


def chosen(names: list[str] | None) -> dict[str, Part]:
    for name in names or ():
        if name not in PARTS:
            raise UnknownPart(f"there is no part {name!r}; allowed: {', '.join(PARTS)}")
    wanted = [name for name in PARTS if not names or name in names]
    return {name: cast(Part, import_module(PARTS[name])) for name in wanted}


def up(part: Parts = None, home: Home = None, profile: Profile = None) -> None:
    """Start servers of the home, each as a process that outlives this command, on 127.0.0.1.

    cassandra serves the dashboards; `ratelake run` starts it too. s3 holds bundles in its bucket
    `landing` (RATELAKE_LANDING_URL=s3://landing), metastore knows what tables stand there. spark is
    a cluster of its own for runs (RATELAKE_SPARK_REMOTE=sc://localhost:15002). sftp lets the
    partners in HOME/partners.toml bring files (docs/sftp.md). keycloak signs people in at the
    dashboards. trino answers analysts' SQL (docs/trino.md). Their data and logs are below the home.
    One that runs already stays; sftp learns of partners that came or went, trino of what the last
    run left, spark of servers that the home has got since.
    """
    settings, failed = settings_for(home, profile=profile), list[str]()
    with clear_errors():
        parts = chosen(part)
        with progress_bars(console) as bar:
            for name, one in parts.items():
                try:
                    one.start(settings, on_progress=bar(name))
                except Failure as failure:
                    # one that cannot start, such as sftp without partners, keeps no other back
                    failed.append(str(failure))
        show([one.status(settings) for one in parts.values()])
        if failed:
            raise Failure("\n".join(failed))


def down(part: Parts = None, home: Home = None) -> None:
    """Stop servers of the home; their data stays."""
    settings = settings_for(home)
    with clear_errors():
        for name, one in chosen(part).items():
            stopped = one.stop(settings)
            typer.echo(f"stopped {name}" if stopped else f"{name} was not running")


def status(
    part: Parts = None,
    home: Home = None,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Ask each server something in its own protocol. Exit 0 only if all of them answer."""
    settings = settings_for(home)
    with clear_errors():
        found = [one.status(settings) for one in chosen(part).values()]
        if format is Format.JSON:
            json.dump([asdict(one) for one in found], sys.stdout, indent=2, default=str)
            sys.stdout.write("\n")
        else:
            show(found)
    raise typer.Exit(0 if all(one.is_answering for one in found) else 1)


def show(found: list[PartStatus]) -> None:
    table = Table("Part", "State", "Version", "Address")
    table.add_column("Memory", justify="right")
    for one in found:
        memory = f"{one.memory_bytes / MEGABYTE:,.0f} MB" if one.memory_bytes else ""
        table.add_row(one.name, one.state, one.version, one.address, memory)
    Console(file=sys.stdout, markup=False, highlight=False, width=110).print(table)


def logs(
    part: Annotated[str, typer.Argument(metavar="PART", help=f"One of {', '.join(PARTS)}.")],
    home: Home = None,
    lines: Annotated[int, typer.Option(min=1, help="How many lines, from the end.")] = 50,
) -> None:
    """Print the last lines that a server logged."""
    settings = settings_for(home)
    with clear_errors():
        (one,) = chosen([part]).values()
        path = one.status(settings).log
        if not path.exists():
            raise Failure(f"{part} has logged nothing yet: there is no {path}")
        with path.open(errors="replace") as file:
            for line in deque(file, maxlen=lines):
                typer.echo(line.rstrip("\n"))
