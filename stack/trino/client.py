"""Connections to a Trino server, verified by the home's authority, and statements on them."""

import json
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any
from urllib.parse import urlsplit

import requests
import trino
from trino.exceptions import Error, HttpError, TrinoExternalError, TrinoQueryError

from ingestion.failures import Failure
from ingestion.settings import Settings
from stack.tls import authority_file

REQUEST_SECONDS = 30
WORKERS_SECONDS = 20
NO_WORKERS = "NO_NODES_AVAILABLE"
# a worker that was killed, or a machine too busy for its answer
WORKER_LOST = {
    "PAGE_TRANSPORT_ERROR",
    "PAGE_TRANSPORT_TIMEOUT",
    "REMOTE_HOST_GONE",
    "REMOTE_TASK_ERROR",
    "TOO_MANY_REQUESTS_FAILED",
}
UNREACHABLE = (Error, HttpError, requests.RequestException)


class TrinoUnavailable(Failure):
    """No Trino server answers, or it lets this user not in."""


class StatementRefused(Failure):
    """Trino could not do what a statement says, or the user may not; the message is its own."""


@contextmanager
def home_server(
    settings: Settings, user: str, password: str = "", token: str = ""
) -> Iterator[trino.dbapi.Connection]:
    """Give a connection to the home's own server, with the password that the home has for a user
    unless one is given, or a token. Raises TrinoUnavailable."""
    if not settings.trino_folder.exists():
        raise TrinoUnavailable(
            f"there is no Trino server in {settings.root}: `ratelake up trino` starts one"
        )
    path = settings.trino_access_file(user)
    if not password and not token and not path.exists():
        raise TrinoUnavailable(f"no password of {user!r} is known: set RATELAKE_TRINO_PASSWORD")
    if not token:
        password = password or json.loads(path.read_text())["password"]
    url = f"https://localhost:{settings.trino_port}"
    ca_file = str(authority_file(settings.tls_folder))
    with connected(url, user, ca_file, password=password, token=token) as connection:
        yield connection


@contextmanager
def connected(
    url: str, user: str, ca_file: str | None, *, password: str = "", token: str = ""
) -> Iterator[trino.dbapi.Connection]:
    """Give a connection to any server, by a password or by a token that an identity provider gave.
    The environment's own authorities and proxies do not count where `ca_file` is given. Raises
    TrinoUnavailable."""
    place = urlsplit(url)
    session = requests.Session()
    if ca_file:
        session.trust_env = False
        session.verify = ca_file
    by_password = trino.auth.BasicAuthentication(user, password)
    connection = trino.dbapi.connect(
        host=place.hostname,
        port=place.port or 443,
        user=user,
        http_scheme="https",
        auth=trino.auth.JWTAuthentication(token) if token else by_password,
        http_session=session,
        request_timeout=REQUEST_SECONDS,
        max_attempts=1,
        timezone="UTC",
        source="ratelake",
        catalog="lake",
    )
    try:
        yield connection
    finally:
        connection.close()
        session.close()


def execute(connection: trino.dbapi.Connection, statement: str, *values: Any) -> Any:
    """Start a statement; the cursor, of which `fetched` gives the rows. Values are bound.

    A server just started or hard at work loses sight of its workers for seconds, which is waited
    for. Raises TrinoUnavailable, StatementRefused.
    """
    deadline = time.monotonic() + WORKERS_SECONDS
    while True:
        cursor = connection.cursor()
        try:
            cursor.execute(statement, values or None)
            return cursor
        except TrinoQueryError as failure:
            if failure.error_name != NO_WORKERS or time.monotonic() > deadline:
                raise _named(failure) from failure
            time.sleep(0.5)
        except UNREACHABLE as failure:
            raise TrinoUnavailable(_unavailable(connection, failure)) from failure


def fetched(connection: trino.dbapi.Connection, cursor: Any) -> Iterator[list[Any]]:
    """The rows of a statement that was started, which come batch by batch. Raises
    TrinoUnavailable, StatementRefused."""
    try:
        yield from iter(cursor.fetchone, None)
    except TrinoQueryError as failure:
        raise _named(failure) from failure
    except UNREACHABLE as failure:
        raise TrinoUnavailable(_unavailable(connection, failure)) from failure


def rows(connection: trino.dbapi.Connection, statement: str, *values: Any) -> list[list[Any]]:
    """All rows of a statement that has few. Raises TrinoUnavailable, StatementRefused."""
    return list(fetched(connection, execute(connection, statement, *values)))


def _named(failure: TrinoQueryError) -> Failure:
    if failure.error_name in WORKER_LOST:
        return TrinoUnavailable(
            "Trino lost a worker that had a part of the statement: ask again in a few seconds, and "
            "see `ratelake status trino`"
        )
    if isinstance(failure, TrinoExternalError):
        return TrinoUnavailable(f"Trino cannot reach its data: {failure.message}")
    return StatementRefused(f"Trino refuses the statement: {failure.message}")


def _unavailable(connection: trino.dbapi.Connection, failure: Exception) -> str:
    where = f"https://{connection.host}:{connection.port}"
    if "401" in str(failure):
        return f"Trino at {where} does not let in user {connection.user!r}: wrong password or token"
    return f"no Trino answers at {where} ({str(failure).splitlines()[0][:200]})"
