"""The only place where a session is made: Sail inside this process, or a Spark Connect server.

Sail keeps no catalog between processes. Every table has its place below the home, so a session
begins by registering what is there; views are kept as text and registered after the tables.
"""

import os
import re
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import TableNotFoundError
from pyspark.sql import SparkSession

from ingestion.failures import Failure
from ingestion.settings import Settings

# the client's own Spark: a server of another minor version may answer in another way
SPARK = "4.2"
# what both engines take by names; the rest stands in spark_conf/
SESSION = {"spark.sql.session.timeZone": "UTC"}
SCHEMAS = (
    "raw", "vault", "reference", "staging", "customers", "scratch", "rated", "aggregates",
    "serving", "operations", "simulation",
)  # fmt: skip


class EngineUnavailable(Failure):
    """No engine answers at the address given, or it is another Spark."""


class TableDamaged(Failure):
    """A table's folder is not what its last run left."""


@contextmanager
def engine(
    settings: Settings, versions: Mapping[str, int] | None = None
) -> Iterator[SparkSession]:
    """Give a session that knows the home's schemas, tables and views; end it afterwards.

    With `versions` (by schema.table) the tables are read as of these versions, so that a reader
    sees what the last committed run left while another run works. Raises EngineUnavailable,
    TableDamaged.
    """
    with _remote(settings) as address:
        session = _connect(address)
        try:
            register(session, settings, versions)
            yield session
        finally:
            session.stop()


@contextmanager
def _remote(settings: Settings) -> Iterator[str]:
    """The engine's address, which dbt finds in SPARK_REMOTE while it lasts."""
    before = os.environ.get("SPARK_REMOTE")
    if settings.spark_remote:
        address, server = settings.spark_remote, None
    else:
        os.environ.setdefault("RUST_LOG", "error")
        from pysail.spark import SparkConnectServer

        server = SparkConnectServer("127.0.0.1", 0)
        server.start(background=True)
        address = f"sc://127.0.0.1:{server.listening_address[1]}"
    os.environ["SPARK_REMOTE"] = address
    try:
        yield address
    finally:
        if before is None:
            del os.environ["SPARK_REMOTE"]
        else:
            os.environ["SPARK_REMOTE"] = before
        if server is not None:
            server.stop()


def _connect(address: str) -> SparkSession:
    try:
        session = SparkSession.builder.remote(address).create()
        found = session.version
        for name, value in SESSION.items():
            session.conf.set(name, value)
    except Exception as failure:
        first_line = str(failure).strip().splitlines()[0][:200] if str(failure) else ""
        raise EngineUnavailable(
            f"no Spark Connect server answers at {address} ({first_line}); start one, or empty "
            "RATELAKE_SPARK_REMOTE to work with the engine inside this process"
        ) from failure
    if not found.startswith(f"{SPARK}."):
        session.stop()
        raise EngineUnavailable(
            f"the server at {address} is Spark {found}; allowed: Spark {SPARK}, as this client is"
        )
    return session


def register(
    session: SparkSession, settings: Settings, versions: Mapping[str, int] | None = None
) -> None:
    """Make the home's schemas, tables and views known to a session (milliseconds each on Sail)."""
    for schema in SCHEMAS:
        session.sql(
            f"create schema if not exists {schema} location {_text(settings.lake / schema)}"
        )
    for name, place in tables(settings).items():
        if versions is None:
            as_of = ""
        elif name in versions:
            as_of = f" options ('versionAsOf' = '{versions[name]}')"
        else:
            continue
        try:
            session.sql(
                f"create table if not exists {name} using delta location {_text(place)}{as_of}"
            )
        except Exception as failure:
            raise TableDamaged(damaged(name, place, failure)) from failure
    for name, statement in views(settings).items():
        session.sql(f"create or replace view {name} as {statement}")


def damaged(name: str, place: Path, failure: Exception) -> str:
    first_line = str(failure).strip().splitlines()[0][:200]
    return (
        f"table {name} at {place} cannot be read ({first_line}); put the folder back from a "
        "backup, or remove the whole home and load its files again"
    )


def tables(settings: Settings) -> dict[str, Path]:
    """Every Delta table below the home by its name, such as `rated.usage_outcomes`."""
    logs = sorted(settings.lake.glob("*/*/_delta_log"))
    return {f"{log.parent.parent.name}.{log.parent.name}": log.parent for log in logs}


def views(settings: Settings) -> dict[str, str]:
    """The statement of every view by its name, in the order in which they build on each other."""
    return {
        re.sub(r"^\d+-", "", path.stem): path.read_text(encoding="utf-8")
        for path in sorted(settings.views.glob("*.sql"))
    }


def keep_views(settings: Settings, statements: Mapping[str, str]) -> None:
    """Keep what views say, in their order, for later sessions."""
    settings.views.mkdir(parents=True, exist_ok=True)
    wanted = {f"{no:03d}-{name}.sql": text for no, (name, text) in enumerate(statements.items())}
    for path in settings.views.glob("*.sql"):
        if path.name not in wanted:
            path.unlink()
    for name, text in wanted.items():
        path = settings.views / name
        if not path.exists() or path.read_text(encoding="utf-8") != text:
            unfinished = path.with_suffix(".tmp")
            unfinished.write_text(text, encoding="utf-8")
            unfinished.replace(path)


def version(place: Path) -> int | None:
    """The last committed version of a Delta table; None when there is none."""
    try:
        return DeltaTable(place).version()
    except TableNotFoundError:
        return None


def _text(place: Path) -> str:
    """A path as an SQL text: paths are the operator's own, and may hold a quote."""
    return "'" + str(place).replace("\\", "\\\\").replace("'", "\\'") + "'"
