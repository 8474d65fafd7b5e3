"""`ratelake dashboards`."""

from typing import Annotated

import typer

from ingestion.commands import Home, clear_errors, settings_for


def dashboards(
    home: Home = None,
    port: Annotated[
        int | None,
        typer.Option(help="Port on 127.0.0.1. Default: RATELAKE_DASHBOARDS_PORT or 8501"),
    ] = None,
) -> None:
    """Open balances and operations in the browser, from Cassandra.

    In a home that has a Keycloak (`ratelake up keycloak`) people sign in first.
    """
    from dashboards.launch import main

    with clear_errors():
        main(settings_for(home, dashboards_port=port))
