"""What a home's lake holds: its schemas, tables and views, made known to an engine's catalog."""

import re
from collections.abc import Mapping

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError
from pyspark.errors import PySparkException
from pyspark.sql import SparkSession

from ingestion.failures import Failure
from ingestion.lake import Folder, lake, logs, name_of, place_of, tables
from ingestion.residence import check_residence, refuse_unmoved
from ingestion.settings import Settings

SCHEMAS = (
    "raw",
    "vault",
    "reference",
    "staging",
    "customers",
    "scratch",
    "rated",
    "aggregates",
    "finance",
    "serving",
    "operations",
    "simulation",
)


# Sail cannot read a version before a table's last checkpoint, and makes one every ten commits: so
# no table makes its own (this stands in its properties), and a run makes them before it writes
OWN_CHECKPOINTS = "'delta.checkpointInterval' = '1000000'"
COMMITS_BEFORE_CHECKPOINT = 50


class TableDamaged(Failure):
    """A table's folder is not what its last run left."""


class CatalogTaken(Failure):
    """The server's catalog has these schemas for another home."""


class HomeRefused(Failure):
    """The home was written by the first version, or has a name that Sail would write otherwise."""


def register(
    session: SparkSession,
    settings: Settings,
    versions: Mapping[str, int] | None = None,
    *,
    shared: bool = False,
) -> None:
    """Make the home's schemas, tables and views known to a session (milliseconds each on Sail).

    With `versions` only the tables named there, as they were. A `shared` catalog outlives the
    session: it must be this home's, and what it knows is only brought up to date.
    """
    known = _tidy(session, settings) if shared else set()
    for schema in SCHEMAS:
        folder = _text(str(lake(settings) / schema))
        session.sql(f"create schema if not exists {schema} location {folder}")
    for name, place in tables(settings).items():
        if name not in known and (versions is None or name in versions):
            _register_table(session, name, place, None if versions is None else versions[name])
    for name, statement in views(settings).items():
        session.sql(f"create or replace view {name} as {statement}")


def _register_table(session: SparkSession, name: str, place: str, as_of: int | None) -> None:
    try:
        if as_of is None:
            session.sql(f"create table {name} using delta location {_text(place)}")
        else:
            _register_as_of(session, name, place, as_of)
    except PySparkException as failure:
        raise TableDamaged(damaged(name, place, failure)) from failure


def _register_as_of(session: SparkSession, name: str, place: str, as_of: int) -> None:
    """By a view over a temporary one: Sail ignores the option on a table, and reads the latest."""
    read = name.replace(".", "__")
    session.sql(
        f"create temporary view {read} using delta "
        f"options (path {_text(place)}, versionAsOf '{int(as_of)}')"
    )
    session.sql(f"create view {name} as select * from {read}")


def _tidy(session: SparkSession, settings: Settings) -> set[str]:
    """Drop from a shared catalog what the home no longer has; the tables that it knows rightly.

    Raises CatalogTaken when a schema stands for another folder: dropping there would delete.
    """
    there, said, known = tables(settings), views(settings), set()
    for schema in {database.name for database in session.catalog.listDatabases()} & {*SCHEMAS}:
        _refuse_foreign(schema, session.catalog.getDatabase(schema).locationUri, settings)
        for table in session.catalog.listTables(schema):
            name = f"{schema}.{table.name}"
            if table.isTemporary:
                continue
            if table.tableType == "VIEW":
                # the others are replaced
                if name not in said:
                    session.sql(f"drop view {name}")
            elif name in there:
                known.add(name)
            else:
                session.sql(f"drop table {name}")
    return known


def _refuse_foreign(schema: str, location: str, settings: Settings) -> None:
    ours, theirs = str(lake(settings) / schema), location.removeprefix("file:").rstrip("/")
    if theirs != ours:
        raise CatalogTaken(
            f"the catalog of the server at {settings.spark_remote} has schema {schema} at "
            f"{theirs}, and this home needs it at {ours}: one catalog serves one home; start a "
            "server of its own for this one, or empty RATELAKE_SPARK_REMOTE"
        )


def require(settings: Settings, versions: Mapping[str, int]) -> None:
    """Raise TableDamaged for the first table that a committed run left and that is gone."""
    there = tables(settings)
    for name, number in versions.items():
        place = place_of(settings, name)
        if name not in there:
            raise TableDamaged(damaged(name, place, "its folder or its _delta_log is gone"))
        # an empty one is no error to the engine, and its rows are missing
        commit = f"{number:020d}.json"
        if not place.is_remote and (place / "_delta_log").size(commit) == 0:
            raise TableDamaged(damaged(name, place, f"{commit} is empty"))


def check_home(settings: Settings) -> None:
    """Raise HomeRefused for a home that no engine can work on, LivesElsewhere for one whose tables
    are not where the settings say."""
    check_residence(settings)
    refuse_unmoved(settings)
    root = str(settings.root)
    # Sail writes `a home` into the folder `a%20home`, and reads it there; nobody else would
    if wrong := sorted(set(re.sub(r"[A-Za-z0-9/._+,:=@-]", "", root))):
        raise HomeRefused(
            f"home {root} has {' '.join(map(repr, wrong))} in its path; allowed: the letters a to "
            "z and A to Z, digits and / . _ + , : = @ -"
        )
    old = (settings.metastore_folder / "catalog", *settings.lake.glob("*.db"))
    if found := [path.relative_to(settings.root) for path in old if path.exists()]:
        raise HomeRefused(
            f"home {root} was written by the first version of Ratelake ({found[0]} is there) and "
            "cannot be continued: name an empty folder as home and load the files again"
        )


def checkpoint(settings: Settings, committed: Mapping[str, int]) -> None:
    """Shorten long logs. For the begin of a run: not of tables that are at a later version than
    that which readers of the last committed run still read."""
    for name, log in logs(settings).items():
        if log.version != committed.get(name, log.version):
            continue
        if log.version - log.checkpoint >= COMMITS_BEFORE_CHECKPOINT:
            DeltaTable(log.place).create_checkpoint()


def damaged(name: str, place: object, why: object) -> str:
    """One sentence: which table, why it cannot be read, and what to do."""
    first_line = str(why).strip().splitlines()[0][:200]
    return (
        f"table {name} at {place} cannot be read ({first_line}); put the folder back from a "
        "backup, or remove the whole home and load its files again"
    )


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


def version(place: Folder | str) -> int | None:
    """The last committed version of a Delta table; None when there is none.

    Raises TableDamaged when its log cannot be read.
    """
    try:
        return DeltaTable(str(place)).version()
    except TableNotFoundError:
        return None
    except DeltaError as failure:
        raise TableDamaged(damaged(name_of(str(place)), place, failure)) from failure


def _text(place: str) -> str:
    """A path as an SQL text: paths are the operator's own, and may hold a quote."""
    return "'" + place.replace("\\", "\\\\").replace("'", "\\'") + "'"
