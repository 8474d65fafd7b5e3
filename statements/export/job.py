"""An export from its plan to its record: parts, manifest, and what was exported."""

import json
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from typing import Any
from uuid import uuid4

import pyarrow as pa
from filelock import FileLock, Timeout
from pyspark.sql import SparkSession

from ingestion import runs
from ingestion.committed import NothingRated, committed
from ingestion.failures import Failure
from ingestion.settings import Settings
from statements.cycles import Cycles
from statements.export import exported, plan, rows
from statements.export.files import Rows, remove_unfinished, sha256, whole, write_part
from statements.export.names import ExportFormat, names
from statements.export.plan import Part, Plan, Sums

MANIFEST = "manifest.json"
Progress = Callable[[int, int], None]


class CannotExport(Failure):
    """There is nothing to export, or not into this folder."""


class ExportsDisagree(Failure):
    """The lines of a part do not come to what its statements say."""


@dataclass(frozen=True)
class Exported:
    """What an export wrote. `plan` is None where all was exported before."""

    plan: Plan | None
    went_on: bool


def export(
    settings: Settings,
    wanted: Cycles,
    format: ExportFormat,
    folder: Path | None,
    *,
    again: bool,
    on_progress: Progress = lambda done, total: None,
) -> Exported:
    """Write the statements of cycles that were not exported yet, or with `again` all of them.

    Killed, the next call goes on and ends in the same files. What was written is recorded last.
    Raises CannotExport, NothingRated.
    """
    last = runs.last_run(settings)
    if not last.run_id:
        raise NothingRated(f"nothing has been rated in {settings.root}: `ratelake run` does it")
    assert last.known_at is not None  # a run that committed has one
    with _only_export(settings):
        exported.open_exports(settings)
        settled = _unfinished(settings, wanted, format, folder, again)
        with committed(settings) as spark:
            if settled is not None:
                return Exported(_finish(spark, settings, wanted, settled, on_progress), True)
            known_at = last.known_at.isoformat()
            rows.want(spark, wanted, last.run_id, known_at, again=again)
            parts = rows.parts(spark)
            if not parts:
                _explain_nothing(spark, wanted)
                return Exported(None, False)
            settled = Plan(
                export_id=uuid4().hex,
                cycle=wanted.text,
                format=format,
                again=again,
                folder=str(_empty(folder or plan.new_folder(settings, wanted.text))),
                run_id=last.run_id,
                known_at=known_at,
                begun_at=datetime.now(UTC).isoformat(),
                parts=parts,
            )
            plan.begin(settings, settled)
            return Exported(_finish(spark, settings, wanted, settled, on_progress), False)


@contextmanager
def _only_export(settings: Settings) -> Iterator[None]:
    """One export at a time; the lock goes with the process."""
    folder = plan.exports_folder(settings)
    folder.mkdir(parents=True, exist_ok=True)
    lock = FileLock(folder / "export.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise CannotExport(
            f"another process exports from {settings.root}; wait for it to end"
        ) from None
    try:
        yield
    finally:
        lock.release()


def _unfinished(
    settings: Settings, wanted: Cycles, format: ExportFormat, folder: Path | None, again: bool
) -> Plan | None:
    """The export that a call before did not finish, if this call asks for the same."""
    before = plan.unfinished(settings)
    if before is None:
        return None
    place = Path(before.folder)
    same = (before.cycle, before.format, before.again) == (wanted.text, format, again)
    if same and (folder is None or folder.resolve() == place):
        return before
    asked = f"--cycle {before.cycle} --format {before.format}" + " --again" * before.again
    raise CannotExport(
        f"an export ({asked}) into {place} was not finished; finish it by `ratelake statements "
        f"export {asked} --to {place}`, or remove that folder to give it up"
    )


def _empty(folder: Path) -> Path:
    folder = folder.expanduser().resolve()
    if folder.exists() and not folder.is_dir():
        raise CannotExport(f"--to {folder} is no folder; name an empty one, or a new one")
    if folder.exists() and any(folder.iterdir()):
        raise CannotExport(f"folder {folder} is not empty; name an empty one, or a new one")
    return folder


def _explain_nothing(spark: SparkSession, wanted: Cycles) -> None:
    """Raise CannotExport when no cycle is meant at all; otherwise all was exported before."""
    closed = spark.table("aggregates.statements")
    first, last = closed.selectExpr("min(cycle_start)", "max(cycle_start)").collect()[0]
    if not closed.where(
        (closed.cycle_start >= wanted.first) & (closed.cycle_start < wanted.end)
    ).head(1):
        there = f"the closed cycles start on {first} to {last}" if first else "none has closed yet"
        raise CannotExport(f"no statement is of a cycle that starts in {wanted.text}: {there}")


def _finish(
    spark: SparkSession, settings: Settings, wanted: Cycles, settled: Plan, on_progress: Progress
) -> Plan:
    """Write what is missing of an export, its manifest, and that it was made."""
    folder = Path(settled.folder)
    remove_unfinished(folder)
    rows.want(spark, wanted, settled.run_id, settled.known_at, again=settled.again)
    if not _is_recorded(spark, settled):
        for done, part in enumerate(settled.parts):
            on_progress(done, len(settled.parts))
            if not all((folder / name).exists() for name in names(settled.format, done + 1)):
                found = rows.part_rows(spark, wanted, part)
                _agree(part, found)
                write_part(folder, settled.format, done + 1, found)
        on_progress(len(settled.parts), len(settled.parts))
        if not (folder / MANIFEST).exists():
            with whole(folder / MANIFEST) as place:
                place.write_text(json.dumps(_manifest(settled), indent=2) + "\n", encoding="utf-8")
        exported.record(settings, _record(spark, settled))
    plan.end(settings)
    return settled


def _is_recorded(spark: SparkSession, settled: Plan) -> bool:
    text = "select 1 as found from operations.exports where export_id = {export_id} limit 1"
    return bool(spark.sql(text, export_id=settled.export_id).collect())


def _agree(part: Part, found: Rows) -> None:
    """What is about to be written comes to what was planned, by the statements and by the lines."""
    planned = {
        one.currency: (one.lines, Decimal(one.net_amount), Decimal(one.tax_amount))
        for one in part.sums
    }
    by_lines = {currency: (0, Decimal(0), Decimal(0)) for currency in planned}
    for line in found.lines:
        count, net, tax = by_lines[line["currency"]]
        sums = (count + 1, net + line["net_amount"], tax + line["tax_amount"])
        by_lines[line["currency"]] = sums
    if len(found.statements) != part.statements or by_lines != planned:
        raise ExportsDisagree(
            f"statements {part.first} to {part.last} have {len(found.statements)} statements and "
            f"lines with {by_lines}, not {part.statements} and {planned}; nothing was exported"
        )


def _manifest(settled: Plan) -> dict[str, Any]:
    """What is in the folder, to be checked by whoever takes it."""
    return {
        "exportId": settled.export_id,
        "cycle": settled.cycle,
        "format": settled.format,
        "runId": settled.run_id,
        "knownAt": settled.known_at,
        "begunAt": settled.begun_at,
        "statements": settled.statements,
        "lines": settled.lines,
        "sums": [_sum(one) for one in settled.sums()],
        "files": [
            file for no, part in enumerate(settled.parts, 1) for file in _files(settled, no, part)
        ],
    }


def _sum(one: Sums) -> dict[str, Any]:
    return {
        "currency": one.currency,
        "statements": one.statements,
        "lines": one.lines,
        "taxExcludedAmount": one.net_amount,
        "taxAmount": one.tax_amount,
        "taxIncludedAmount": one.total_amount,
    }


def _files(settled: Plan, part_no: int, part: Part) -> Iterator[dict[str, Any]]:
    for name in names(settled.format, part_no):
        path = Path(settled.folder) / name
        records = part.lines if name.startswith("lines") else part.statements
        yield {
            "name": name,
            "records": records,
            "bytes": path.stat().st_size,
            "sha256": sha256(path),
        }


def _record(spark: SparkSession, settled: Plan) -> Iterator[pa.RecordBatch]:
    now = datetime.now(UTC)
    same = {name: getattr(settled, name) for name in ("export_id", "folder", "run_id")}
    for part in settled.parts:
        of_part = [
            same
            | {"statement_id": statement_id, "cycle_start": start, "exported_at": now}
            | {"format": settled.format.value}
            for statement_id, start in rows.part_ids(spark, part)
        ]
        yield pa.RecordBatch.from_pylist(of_part, schema=exported.EXPORTS)
