"""`ratelake collect`: what arrives at the inbox and at SFTP servers, into bundles."""

import json
import sys
from dataclasses import asdict
from datetime import UTC, datetime
from typing import Annotated

import typer

from ingestion.commands import Format, Home, clear_errors, console, settings_for
from ingestion.progress import progress_bars


def collect(
    home: Home = None,
    format: Annotated[Format, typer.Option(help="Print it as table or json.")] = Format.TABLE,
) -> None:
    """Fetch and bundle what is new in the inbox and on SFTP servers; the next run loads it.

    HOME/feeds.toml (or RATELAKE_FEEDS_FILE) names the servers, their folders, and what becomes of
    a file there once its bundle is on disk: keep, move or delete. docs/sftp.md explains it; such
    as

    \b
    [[remote]]
    name = "mediation"
    host = "sftp.example.net"
    user = "ratelake"
    key_file = "keys/mediation"          # an SSH key of mode 0600
    known_hosts = "keys/known_hosts"     # only this host key is believed
    [[remote.folder]]
    feed = "usage"
    path = "/out"
    pattern = "*.csv.gz"
    after = "move"
    move_to = "/out/done"

    `ratelake run` collects too. Exit 1 when a server or a folder could not be read.
    """
    from ingestion.keys import create_keyring, load_keyring
    from ingestion.landing.collect import collect as collect_new
    from ingestion.landing.feeds_file import remotes

    settings = settings_for(home)
    with clear_errors():
        servers = remotes(settings)
        if not settings.keyring_file.exists():
            create_keyring(settings.keyring_file)
        keyring = load_keyring(settings.keyring_file)
        with progress_bars(console) as bar:
            show = bar("collect")
            report = collect_new(
                settings,
                keyring,
                known_at=datetime.now(UTC),
                servers=servers,
                on_progress=show,
            )
    if format is Format.JSON:
        json.dump(asdict(report), sys.stdout, indent=2, ensure_ascii=False)
        sys.stdout.write("\n")
    else:
        size = f"{report.size_bytes:,} bytes in {report.bundles:,} bundles"
        typer.echo(f"collected {report.files:,} files, {size}")
        for line in report.left():
            typer.echo(line)
    raise typer.Exit(1 if report.unreachable else 0)
