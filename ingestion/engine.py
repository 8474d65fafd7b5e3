"""The only place where a session is made: Sail inside this process, or a Spark Connect server.

Sail keeps no catalog between processes. Every table has its place below the home, so a session
begins by registering what is there (ingestion/catalog.py). Whoever reads as of versions always
reads with Sail: on a server the catalog is shared with the run that writes (decision 17).
"""

import json
import logging
import os
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from typing import cast

import grpc
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession
from pyspark.sql.connect.client import DefaultChannelBuilder
from pyspark.sql.connect.session import SparkSession as ConnectSession

from ingestion.catalog import (
    OWN_CHECKPOINTS,
    SCHEMAS,
    TableDamaged,
    check_home,
    checkpoint,
    keep_views,
    register,
    require,
    version,
    views,
)
from ingestion.damage import named_damage
from ingestion.failures import Failure
from ingestion.lake import reachable
from ingestion.settings import PROJECT, Settings

__all__ = [
    "OWN_CHECKPOINTS",
    "SCHEMAS",
    "EngineUnavailable",
    "TableDamaged",
    "check_home",
    "checkpoint",
    "engine",
    "keep_views",
    "register",
    "require",
    "version",
    "views",
]

# the client's own Spark: a server of another minor version may answer in another way
SPARK = "4.2"
# what both engines take by names; the rest stands in spark_conf/
SESSION = {"spark.sql.session.timeZone": "UTC"}
SAIL_ENVIRONMENT = PROJECT / "spark_conf" / "sail.env"
ANSWER_SECONDS = 10
# where pyspark takes a server's token from
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
# what a server says of a client without its token
UNKNOWN = "UNAUTHENTICATED"


class EngineUnavailable(Failure):
    """No engine answers at the address given, or it is another Spark."""


@contextmanager
def engine(settings: Settings, versions: Mapping[str, int] | None = None) -> Iterator[SparkSession]:
    """Give a session that knows the home's schemas, tables and views; end it afterwards.

    With `versions` (by schema.table) the tables are read as of these versions, so that a reader
    sees what the last committed run left while another run works. Raises EngineUnavailable,
    TableDamaged (also in place of what a statement said about a file that is gone), CatalogTaken,
    HomeRefused.
    """
    check_home(settings)
    remote = settings.spark_remote if versions is None else ""
    with reachable(settings), _remote(settings, remote) as address:
        if versions is not None:
            require(settings, versions)
        session = _connect(address)
        before = _make_default(cast(ConnectSession, session))
        try:
            with named_damage(settings):
                register(session, settings, versions, shared=bool(remote))
                yield session
        finally:
            session.stop()
            _make_default(before)


def _make_default(session: ConnectSession | None) -> ConnectSession | None:
    """Let dbt, which takes the process's default session, work in this one; the one before.

    pyspark has no public way while another session is open, as a reader's may be.
    """
    before = ConnectSession._default_session
    ConnectSession._default_session = session
    ConnectSession._active_session.session = session
    return before


@contextmanager
def _remote(settings: Settings, given: str) -> Iterator[str]:
    """The engine's address, which dbt finds in SPARK_REMOTE while it lasts, as pyspark does the
    token."""
    if given:
        token = _token(settings, given) or os.environ.get(TOKEN)
        with _environment({"SPARK_REMOTE": given, TOKEN: token}):
            yield given
        return
    _set_sail_environment()
    from pysail.spark import SparkConnectServer

    server = SparkConnectServer("127.0.0.1", 0)
    server.start(background=True)
    address = f"sc://127.0.0.1:{server.listening_address[1]}"
    try:
        # with a token pyspark would ask for TLS
        with _environment({"SPARK_REMOTE": address, TOKEN: None}):
            yield address
    finally:
        server.stop()


def _token(settings: Settings, address: str) -> str | None:
    """What the server at the address asks for: as the settings say, or if it is the home's own."""
    if given := settings.spark_token.get_secret_value():
        return given
    path = settings.spark_access_file
    own = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return str(own["token"]) if own.get("address") == address.rstrip("/") else None


@contextmanager
def _environment(values: Mapping[str, str | None]) -> Iterator[None]:
    """Within it the process's environment has these variables, and not those that are None."""
    before = {name: os.environ.get(name) for name in values}
    _set_environment(values)
    try:
        yield
    finally:
        _set_environment(before)


def _set_environment(values: Mapping[str, str | None]) -> None:
    for name, value in values.items():
        if value is None:
            os.environ.pop(name, None)
        else:
            os.environ[name] = value


def _set_sail_environment() -> None:
    for line in SAIL_ENVIRONMENT.read_text(encoding="utf-8").splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not name.startswith("#"):
            os.environ.setdefault(name, value)


def _connect(address: str) -> SparkSession:
    # what an engine refuses is raised; pyspark would print it as JSON besides
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    try:
        _wait_for_answer(address)
        session = SparkSession.builder.remote(address).create()
        found = session.version
        for name, value in SESSION.items():
            session.conf.set(name, value)
    except (PySparkException, grpc.RpcError, grpc.FutureTimeoutError, OSError) as failure:
        if UNKNOWN in str(failure):
            raise EngineUnavailable(
                f"the Spark Connect server at {address} refuses the token that it was given, or "
                "asks for one; set RATELAKE_SPARK_TOKEN to that of the server"
            ) from failure
        raise EngineUnavailable(
            f"no Spark Connect server answers at {address}{_first_line(failure)}; start one, or "
            "empty RATELAKE_SPARK_REMOTE to work with the engine inside this process"
        ) from failure
    if not found.startswith(f"{SPARK}."):
        session.stop()
        raise EngineUnavailable(
            f"the server at {address} is Spark {found}; allowed: Spark {SPARK}, as this client is"
        )
    return session


def _wait_for_answer(address: str) -> None:
    """Raise within ANSWER_SECONDS; a session alone would try again for ten minutes."""
    channel = DefaultChannelBuilder(address).toChannel()
    try:
        grpc.channel_ready_future(channel).result(timeout=ANSWER_SECONDS)
    finally:
        channel.close()


def _first_line(failure: Exception) -> str:
    said = str(failure).strip().splitlines()
    return f" ({said[0][:200]})" if said else ""
