"""SQL for people on Trino, as one of its users."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from typing import Any

from trino.types import NamedRowTuple

from ingestion.settings import Settings
from stack.trino.client import connected, execute, fetched, home_server

# of those that the home has, the one who sees most
HOME_USER = "engineer"


@contextmanager
def trino_answer(
    settings: Settings, sql: str
) -> Iterator[tuple[list[str], Iterator[Sequence[Any]]]]:
    """Give the columns and the rows of a statement, which come batch by batch.

    As RATELAKE_TRINO_USER, or as the home's engineer. Raises TrinoUnavailable, StatementRefused.
    """
    with _connection(settings) as connection:
        cursor = execute(connection, sql)
        columns = [column.name for column in cursor.description or ()]
        yield columns, ([_plain(value) for value in row] for row in fetched(connection, cursor))


@contextmanager
def _connection(settings: Settings) -> Iterator[Any]:
    user = settings.trino_user or HOME_USER
    secrets = {
        "password": settings.trino_password.get_secret_value(),
        "token": settings.trino_token.get_secret_value(),
    }
    if not settings.trino_url:
        with home_server(settings, user, **secrets) as connection:
            yield connection
        return
    ca_file = str(settings.trino_ca_file) if settings.trino_ca_file else None
    with connected(settings.trino_url, user, ca_file, **secrets) as connection:
        yield connection


def _plain(value: Any) -> Any:
    """Rows in rows by the names of their fields, as Spark's have them."""
    if isinstance(value, NamedRowTuple):
        names = value.__annotations__["names"]
        return {name: _plain(item) for name, item in zip(names, value, strict=True)}
    if isinstance(value, list):
        return [_plain(item) for item in value]
    return value
