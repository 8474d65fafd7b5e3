"""The dbt part of a run, as one transaction over all tables that the models own."""

import csv
import hashlib
import json
from collections.abc import Callable, Collection
from datetime import UTC, datetime
from pathlib import Path

from dbt.artifacts.schemas.run import RunExecutionResult
from dbt.cli.main import dbtRunner
from dbt_common.events.base_types import EventMsg
from pyspark.sql import SparkSession

from ingestion.failures import Failure
from ingestion.reference.files import FILES
from ingestion.runs import LastRun
from ingestion.settings import FEEDS, PROJECT, Settings

# what looks for earlier results to rate again; a first run has none
NEEDS_A_PAST = [
    "touched_events", "corrected_events", "changed_events", "events_to_rate_again", "known_usages",
]  # fmt: skip
# what is needed only where a price depends on what came before the event
IN_ORDER = [
    "bundle_terms", "running_batch", "add_ons", "plan_cycles", "bundle_instances", "bundled_batch",
    "period_units", "running_usages", "period_totals", "bundle_totals",
    "integrity_running_usages_to_period_totals", "integrity_running_usages_to_bundle_totals",
    "assert_no_bundle_gives_more_than_it_has",
]  # fmt: skip
IN_ORDER_AFTER_A_PAST = ["changed_places", "following_events"]
ALL = ("resource_type:seed", "resource_type:model", "tag:invariant")
OWNED_SCHEMAS = ("reference", "staging", "rated", "aggregates", "serving")


class TransformFailed(Failure):
    """A model or an invariant failed; the message names each and what it said."""


def hash_reference(folder: Path) -> dict[str, str]:
    """SHA-256 of each reference file that is there, by file name without ending."""
    return {
        name: hashlib.sha256((folder / f"{name}.csv").read_bytes()).hexdigest()
        for name in FILES
        if (folder / f"{name}.csv").is_file()
    }


def changed_reference(before: dict[str, str], now: dict[str, str]) -> list[str]:
    return [name for name in FILES if before.get(name) != now.get(name)]


def table_version(spark: SparkSession, name: str) -> int | None:
    """The Delta version of a table, or None when there is no such Delta table."""
    if not spark.catalog.tableExists(name):
        return None
    jvm, session = spark._jvm, spark._jsparkSession
    identifier = session.sessionState().sqlParser().parseTableIdentifier(name)
    assert jvm is not None  # a session that runs has one
    log = jvm.org.apache.spark.sql.delta.DeltaLog.forTable(session, identifier)
    nothing = jvm.scala.Option.empty()
    return int(log.update(False, nothing, nothing).version())


def owned_tables(spark: SparkSession) -> list[str]:
    return [
        f"{schema}.{table.name}"
        for schema in OWNED_SCHEMAS
        if spark.catalog.databaseExists(schema)
        for table in spark.catalog.listTables(schema)
        if table.tableType == "MANAGED"
    ]


def current_versions(spark: SparkSession) -> dict[str, int]:
    versions = {name: table_version(spark, name) for name in owned_tables(spark)}
    return {name: version for name, version in versions.items() if version is not None}


def restore(spark: SparkSession, committed: dict[str, int]) -> list[str]:
    """Put every owned table back to what the last committed run left, if it is not that already.

    This makes a transform atomic: a run that was killed half-way leaves nothing behind. Returns the
    tables that were put back.
    """
    restored = []
    for name, version in current_versions(spark).items():
        if name not in committed:
            spark.sql(f"drop table {name}")
            restored.append(name)
        elif version != committed[name] and not _only_restored(spark, name, committed[name]):
            spark.sql(f"restore table {name} to version as of {committed[name]}")
            restored.append(name)
    return restored


def _only_restored(spark: SparkSession, name: str, version: int) -> bool:
    last = spark.sql(f"describe history {name} limit 1").collect()[0]
    return last.operation == "RESTORE" and last.operationParameters.get("version") == str(version)


def build(
    settings: Settings,
    last: LastRun,
    *,
    run_id: int,
    known_at: datetime,
    new_feeds: Collection[str] = FEEDS,
    on_progress: Callable[[int, int], None] = lambda done, total: None,
    full_refresh: bool = False,
    select: Collection[str] = ALL,
) -> None:
    """Run seeds, models and the invariants for what is new since `last`, in dependency order.

    `select` narrows it down, in dbt's way of naming nodes.
    Raises TransformFailed; the tables are then put back by `restore` at the next start.
    """
    hashes = hash_reference(settings.plain_reference)
    changed = changed_reference({} if full_refresh else last.reference_hashes, hashes)
    is_first = full_refresh or not last.run_id
    known_tables = last.table_versions
    in_order = "rated.running_usages" in known_tables or needs_order(settings.plain_reference)
    arguments = [
        "build",
        "--select", *select,
        "--indirect-selection", "empty",
        "--exclude-resource-type", "unit_test",
        "--project-dir", str(PROJECT),
        "--profiles-dir", str(PROJECT),
        "--target-path", str(settings.root / "dbt"),
        "--log-path", str(settings.logs),
        "--log-level", "none",
        "--fail-fast",
        "--vars", json.dumps({
            "last_run_id": 0 if full_refresh else last.run_id,
            "run_id": run_id,
            "as_of": known_at.astimezone(UTC).strftime("%Y-%m-%d %H:%M:%S.%f"),
            "reference_folder": str(settings.plain_reference),
            "changed_reference": changed,
            "present_reference": sorted(hashes),
            "change_feed_from": {} if full_refresh else last.table_versions,
            "new_feeds": list(FEEDS if full_refresh else new_feeds),
            "rates_in_order": in_order,
        }),
    ]  # fmt: skip
    if full_refresh:
        arguments.append("--full-refresh")
    unneeded = list(NEEDS_A_PAST) if is_first else unchanged_models(changed, new_feeds)
    if not in_order:
        unneeded += IN_ORDER
    elif not is_first and "bundles" not in changed and "reference.bundle_terms" in known_tables:
        unneeded += ["bundle_terms"]
    if is_first or "rated.running_usages" not in known_tables:
        unneeded += IN_ORDER_AFTER_A_PAST
    if unneeded:
        arguments += ["--exclude", *unneeded]
    result = dbtRunner(callbacks=[_progress(on_progress)]).invoke(arguments)
    if result.exception is not None:
        raise TransformFailed(str(result.exception)) from result.exception
    if not result.success:
        assert isinstance(result.result, RunExecutionResult)  # what `build` gives
        nodes = result.result.results
        failed = [node for node in nodes if node.status not in ("success", "pass", "skipped")]
        raise TransformFailed("\n".join(f"{node.node.name}: {node.message}" for node in failed))


def needs_order(reference: Path) -> bool:
    """Whether a price may depend on what came before the event: bundles, steps by billing cycle."""
    tariffs = reference / "tariffs.csv"
    if (reference / "bundles.csv").is_file():
        return True
    if not tariffs.is_file():
        return False
    with tariffs.open(encoding="utf-8", newline="") as rows:
        return any(row.get("tier_scope") == "period" for row in csv.DictReader(rows))


def unchanged_models(changed: Collection[str], new_feeds: Collection[str]) -> list[str]:
    """The models whose inputs did not change since the last run: their tables stay as they are."""
    unchanged = []
    if "action" not in new_feeds:
        unchanged += ["changed_numbers", "subscription_periods"]
    if "account" not in new_feeds:
        unchanged += ["changed_accounts", "account_periods"]
    if not changed:
        unchanged += ["resource_type:seed", "reference_changes"]
    if not {"tariffs", "tariff_steps", "services"} & set(changed):
        unchanged += ["tariff_cards", "service_units", "plan_zones", "tariff_choices"]
        if "destinations" not in changed:
            unchanged += ["number_ranges"]
    return unchanged


def _progress(on_progress: Callable[[int, int], None]) -> Callable[[EventMsg], None]:
    def follow(event: EventMsg) -> None:
        if event.info.name in ("LogModelResult", "LogSeedResult"):
            on_progress(event.data.index, event.data.total)
        elif event.info.name == "LogTestResult":
            on_progress(event.data.index, event.data.num_models)

    return follow
