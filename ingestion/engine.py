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
from ingestion.memory import keep_memory, search_rarely
from ingestion.settings import PROJECT, Settings

__all__ = [
    "OWN_CHECKPOINTS",
    "SCHEMAS",
    "EngineFailed",
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
SESSION = {"spark.sql.session.timeZone": "UTC", "spark.sql.ansi.enabled": "true"}
# pyspark would look for IPython, and up the stack, at every call; a Spark server has this from its
# start (spark_conf/spark-defaults.conf) or not at all
OF_SAIL = {"spark.python.sql.dataFrameDebugging.enabled": "false"}
SAIL_ENVIRONMENT = PROJECT / "spark_conf" / "sail.env"
# where pyspark's client looks for it, dbt's too
TOKEN = "SPARK_CONNECT_AUTHENTICATE_TOKEN"
ANSWER_SECONDS = 10


class EngineUnavailable(Failure):
    """No engine answers at the address given, it refuses the token, or it is another Spark."""


class EngineFailed(Failure):
    """A Spark server failed at a statement, or something that it needs did."""


@contextmanager
def engine(settings: Settings, versions: Mapping[str, int] | None = None) -> Iterator[SparkSession]:
    """Give a session that knows the home's schemas, tables and views; end it afterwards.

    With `versions` (by schema.table) the tables are read as of these versions, so that a reader
    sees what the last committed run left while another run works. Raises EngineUnavailable,
    EngineFailed, TableDamaged (also in place of what a statement said about a file that is gone),
    CatalogTaken, HomeRefused.
    """
    check_home(settings)
    remote = settings.spark_remote if versions is None else ""
    with reachable(settings), _remote(remote, _token(settings, remote)) as address:
        if versions is not None:
            require(settings, versions)
        elif not remote:
            keep_memory()
            search_rarely()
        session = _connect(address, SESSION if remote else SESSION | OF_SAIL)
        if not remote:
            # the connection cannot break, and each statement would be acknowledged by another call
            cast(ConnectSession, session).client.disable_reattachable_execute()
        before = _make_default(cast(ConnectSession, session))
        try:
            with named_damage(settings):
                register(session, settings, versions, shared=bool(remote))
                yield session
        except PySparkException as failure:
            if not remote:
                raise
            raise EngineFailed(
                f"the Spark server at {remote} could not do its part{_first_line(failure)}; "
                "`ratelake logs spark` says more of the home's own; run again when it can: what "
                "this run wrote does not count, and is put back"
            ) from failure
        finally:
            _stop(session)
            _make_default(before)


def _stop(session: SparkSession) -> None:
    """End a session, also of a server that is gone: the client would ask that for ten minutes, and
    once more as the process ends."""
    cast(ConnectSession, session).client.set_retry_policies([])
    session.stop()


def _make_default(session: ConnectSession | None) -> ConnectSession | None:
    """Let dbt, which takes the process's default session, work in this one; the one before.

    pyspark has no public way while another session is open, as a reader's may be.
    """
    before = ConnectSession._default_session
    ConnectSession._default_session = session
    ConnectSession._active_session.session = session
    return before


def _token(settings: Settings, remote: str) -> str:
    """What the server at this address asks for: as the settings say, or the home's own server;
    empty where neither does, as Sail takes none."""
    given = settings.spark_token.get_secret_value()
    if not remote or given or not settings.spark_access_file.exists():
        return given if remote else ""
    access = json.loads(settings.spark_access_file.read_text(encoding="utf-8"))
    return str(access["token"]) if access["address"] == remote.rstrip("/") else ""


@contextmanager
def _remote(given: str, token: str) -> Iterator[str]:
    """The engine's address, which dbt finds in SPARK_REMOTE while it lasts, and beside it the
    token: in the environment it shows on no command line and in no message."""
    address, server = given, None
    if not given:
        _set_sail_environment()
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        address = f"sc://127.0.0.1:{server.listening_address[1]}"
    before = {name: os.environ.pop(name, None) for name in ("SPARK_REMOTE", TOKEN)}
    os.environ["SPARK_REMOTE"] = address
    if token:
        os.environ[TOKEN] = token
    try:
        yield address
    finally:
        for name, value in before.items():
            os.environ.pop(name, None)
            if value is not None:
                os.environ[name] = value
        if server is not None:
            server.stop()


def _set_sail_environment() -> None:
    for line in SAIL_ENVIRONMENT.read_text(encoding="utf-8").splitlines():
        name, is_setting, value = line.partition("=")
        if is_setting and not name.startswith("#"):
            os.environ.setdefault(name, value)


def _connect(address: str, conf: Mapping[str, str]) -> SparkSession:
    # what an engine refuses is raised; pyspark would print it as JSON besides
    logging.getLogger("SQLQueryContextLogger").setLevel(logging.CRITICAL)
    session = None
    try:
        _wait_for_answer(address)
        session = SparkSession.builder.remote(address).create()
        found = session.version
        for name, value in conf.items():
            session.conf.set(name, value)
    except (PySparkException, grpc.RpcError, grpc.FutureTimeoutError, OSError) as failure:
        if session is not None:
            _stop(session)
        if "UNAUTHENTICATED" in str(failure):
            raise EngineUnavailable(
                f"the Spark Connect server at {address} refuses the token: set "
                "RATELAKE_SPARK_TOKEN to its own (that of the home's server stands in "
                "HOME/spark/access/pipeline.json)"
            ) from failure
        raise EngineUnavailable(
            f"no Spark Connect server answers at {address}{_first_line(failure)}; start one, or "
            "empty RATELAKE_SPARK_REMOTE to work with the engine inside this process"
        ) from failure
    if not found.startswith(f"{SPARK}."):
        _stop(session)
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
