"""The home that CI builds on: a small sample operator, loaded, with what was built on it.

Its one run is never committed, so every build finds what a first run finds (decision 27).
"""

import os
import shutil
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from datetime import UTC, datetime
from graphlib import TopologicalSorter
from pathlib import Path
from typing import Any

from pyspark.sql import SparkSession

from ingestion import runs, transform
from ingestion.catalog import keep_views, views
from ingestion.dbt_calls import invoke_quietly
from ingestion.engine import engine
from ingestion.keys import create_keyring, load_keyring
from ingestion.lake import tables
from ingestion.landing.collect import collect
from ingestion.raw.load import load
from ingestion.reference import history
from ingestion.settings import Settings
from sample import generate

Node = Mapping[str, Any]
Manifest = Mapping[str, Any]
Dbt = Callable[..., Any]

# after the sample operator's last day, whatever the day of the build: the same rows every night
KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)
SUBSCRIBERS, EVENTS, SEED = 300, 6_000, 7
THIS_RUN = transform.ThisRun(run_id=1, last_run_id=0, known_at=KNOWN_AT)
# what a session of Sail forgets; dbt makes it below a folder of each invocation
SCRATCH = ("scratch", "scratch_in_passes")
# of a scratch table that is kept
COLUMNS, ROWS = "columns.sql", "rows"
DATA = ".parquet"


def settings_of(home: Path) -> Settings:
    """The sample operator's, whatever the environment says of another home."""
    return Settings().elsewhere(home, reference=None, after_collect="keep")


def load_sample(settings: Settings) -> None:
    """Write the operator's files into a new home and load them, as the first run does."""
    generate(settings.root, subscribers=SUBSCRIBERS, events=EVENTS, seed=SEED)
    runs.open_ledger(settings)
    create_keyring(settings.keyring_file)
    keyring = load_keyring(settings.keyring_file)
    collect(settings, keyring, known_at=KNOWN_AT)
    with engine(settings) as spark:
        load(spark, settings, keyring, run_id=1, known_at=KNOWN_AT)
        history.create_tables(spark, tables(settings))
        folder = settings.reference_folder
        files = history.changed_files({}, history.delivered_hashes(folder))
        history.load_reference(spark, folder, files, run_id=1, known_at=KNOWN_AT)


def copy(source: Path, to: Path) -> None:
    """Copy a folder; a file of data, which is never changed, is linked where it can be."""
    shutil.copytree(source, to, copy_function=_link_or_copy)


def _link_or_copy(source: str, to: str) -> None:
    if source.endswith(DATA):
        try:
            os.link(source, to)
        except OSError:
            pass  # another file system, or one without links
        else:
            return
    shutil.copy2(source, to)


@contextmanager
def built_home(settings: Settings, manifest: Manifest) -> Iterator[tuple[SparkSession, Dbt]]:
    """Give a session that knows all that was built on the home, and dbt in it.

    `manifest` is that of the last build, or empty.
    """
    with engine(settings) as spark:
        register_scratch(spark, settings, manifest)
        transform.say(settings, THIS_RUN)
        yield spark, lambda *arguments: invoke_quietly(settings, arguments)


def register_scratch(spark: SparkSession, settings: Settings, manifest: Manifest) -> None:
    """Make known the scratch tables that were kept: what is built may read them."""
    for node in scratch_models(manifest):
        place = kept(settings) / node["alias"]
        if place.is_dir():
            columns = (place / COLUMNS).read_text("utf-8")
            partition = node["config"].get("partition_by")
            spark.sql(
                f"create table {relation(node)} ({columns}) using parquet "
                + (f"partitioned by ({partition}) " if partition else "")
                + f"location '{place / ROWS}'"
            )


def keep_built(
    spark: SparkSession, settings: Settings, manifest: Manifest, results: list[Node]
) -> None:
    """Keep what the next session needs of a build that ended well: scratch tables and views."""
    built = {result["unique_id"]: result for result in results}
    for node in scratch_models(manifest):
        if node["unique_id"] in built:
            _keep_scratch(spark, settings, node)
    statements = views(settings) | {
        relation(node): built[node["unique_id"]]["compiled_code"]
        for node in models(manifest)
        if node["unique_id"] in built and node["config"]["materialized"] == "view"
    }
    order = [relation(node) for node in in_order(manifest)]
    keep_views(settings, {name: statements[name] for name in order if name in statements})


def _keep_scratch(spark: SparkSession, settings: Settings, node: Node) -> None:
    """Bring a table from its invocation's folder to its own; of no rows there is no folder."""
    fields = spark.table(relation(node)).schema.fields
    columns = ", ".join(f"{field.name} {field.dataType.simpleString()}" for field in fields)
    place = kept(settings) / node["alias"]
    place.mkdir(parents=True)
    (place / COLUMNS).write_text(columns, encoding="utf-8")
    for written in settings.scratch.glob(f"run-*/*/{node['alias']}"):
        shutil.copytree(written, place / ROWS)
    (place / ROWS).mkdir(exist_ok=True)


def forget(settings: Settings, nodes: list[Node]) -> None:
    """Take from a home what was built of these models: a first run finds nothing of them.

    What adds to a table would else add to it twice, and a table keeps the columns that it has.
    """
    for node in nodes:
        for place in (
            settings.lake / node["schema"] / node["alias"],
            kept(settings) / node["alias"],
        ):
            shutil.rmtree(place, ignore_errors=True)
        for file in settings.views.glob(f"*-{relation(node)}.sql"):
            file.unlink()


def kept(settings: Settings) -> Path:
    return settings.scratch / "kept"


def models(manifest: Manifest) -> list[Node]:
    nodes = manifest.get("nodes", {}).values()
    return [node for node in nodes if node["resource_type"] == "model"]


def scratch_models(manifest: Manifest) -> list[Node]:
    return [node for node in models(manifest) if node["config"]["materialized"] in SCRATCH]


def relation(node: Node) -> str:
    return f"{node['schema']}.{node['alias']}"


def in_order(manifest: Manifest) -> list[Node]:
    """The models, each after those that it reads."""
    found = {node["unique_id"]: node for node in models(manifest)}
    above = {name: node["depends_on"]["nodes"] for name, node in found.items()}
    return [found[name] for name in TopologicalSorter(above).static_order() if name in found]
