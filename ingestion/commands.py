"""What all commands share: the home, the output's form, and how a known failure is told."""

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import typer
from pydantic import SecretStr, ValidationError
from rich.console import Console

from ingestion.failures import Failure
from ingestion.settings import Settings

console = Console(stderr=True, highlight=False)

Home = Annotated[
    Path | None,
    typer.Option(help="Folder that holds all state. Default: RATELAKE_HOME or ./.ratelake"),
]
Reference = Annotated[
    Path | None, typer.Option(help="Folder of tariff files. Default: the sample operator")
]


Profile = Annotated[
    str | None,
    typer.Option(
        help="embedded: by the engine in this process; stack: on the servers of `ratelake up`, on "
        "whose object store the home's tables then stay. Default: RATELAKE_PROFILE, or as it was"
    ),
]


class Format(StrEnum):
    """How a command prints what it found."""

    TABLE = "table"
    CSV = "csv"
    JSON = "json"


class QueryEngine(StrEnum):
    """Who answers a query: the engine in this process, or the home's Trino server."""

    SPARK = "spark"
    TRINO = "trino"


def settings_for(home: Path | None, **others: Any) -> Settings:
    """Settings of the environment, with the options that were given. A value that is not allowed
    ends the command with exit code 2, and is named."""
    given = {name: value for name, value in {"home": home, **others}.items() if value is not None}
    try:
        return Settings(**given)
    except ValidationError as failure:
        for error in failure.errors():
            name = str(error["loc"][0])
            is_secret = Settings.model_fields[name].annotation is SecretStr
            got = "a value that is not shown" if is_secret else repr(error["input"])
            said = f"ratelake: RATELAKE_{name.upper()} or its option: got {got}; {error['msg']}"
            console.print(said, markup=False, soft_wrap=True)
        raise typer.Exit(2) from None


@contextmanager
def clear_errors() -> Iterator[None]:
    """Known failures end in one message and exit code 1; anything else shows where it came from."""
    try:
        yield
    except Failure as failure:
        console.print(f"ratelake: {failure}", markup=False, soft_wrap=True)
        raise typer.Exit(1) from None


def moment(text: str | None, option: str) -> datetime | None:
    """An ISO 8601 time with an offset, in UTC."""
    if text is None:
        return None
    try:
        found = datetime.fromisoformat(text)
    except ValueError:
        found = None
    if found is None or found.tzinfo is None:
        raise typer.BadParameter(
            f"{text!r} is no ISO 8601 time with an offset, such as 2026-11-01T00:00:00Z",
            param_hint=option,
        )
    return found.astimezone(UTC)


def day(text: str, option: str) -> date:
    """A day as YYYY-MM-DD."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise typer.BadParameter(
            f"{text!r} is no day, such as 2026-11-01", param_hint=option
        ) from None
