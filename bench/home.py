"""A home that the bench fills with the sample operator's files and runs in this process."""

import csv
import json
import os
import time
from collections.abc import Callable
from contextlib import ExitStack
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path

from bench.meter import Cost, Meter
from bench.stages import Node, Stage, nodes_of, stages_of
from ingestion.lake import logs, tables
from ingestion.run import run_once
from ingestion.settings import Settings
from ingestion.transform import WRITE_JSON
from sample import generate
from serving.node import serving_node

EVENTS_PER_SUBSCRIBER = 40
LATE_EVENT_ID = "bench-late-event"
Progress = Callable[[int, int], None]


@dataclass(frozen=True)
class Measured:
    """One run: what it cost, by stage and by dbt node, the usage records that the home then holds,
    and what it wrote: statements, and rows to Delta (by table) and to Cassandra."""

    cost: Cost
    stages: list[Stage]
    nodes: list[Node]
    records: int
    statements: int
    table_rows: dict[str, int]
    rows_published: int

    @property
    def rows_written(self) -> int:
        return sum(self.table_rows.values())

    def stage(self, *names: str) -> Cost:
        found = (stage.cost for stage in self.stages if stage.name in names)
        return sum(found, Cost())


@dataclass
class Marks:
    """When each stage of a run began, and when it last told its progress."""

    began: dict[str, float] = field(default_factory=dict)
    told: dict[str, float] = field(default_factory=dict)

    def bar(self, stage: str) -> Progress:
        self.began[stage] = time.time()

        def tell(done: int, total: int) -> None:
            self.told[stage] = time.time()

        return tell


@dataclass(frozen=True)
class BenchHome:
    settings: Settings

    def generate(self, records: int, subscribers: int | None = None) -> None:
        """Write about so many usage records, with the subscribers to them, into the inbox."""
        generate(
            self.settings.root,
            subscribers=subscribers or max(100, records // EVENTS_PER_SUBSCRIBER),
            events=records,
            seed=1,
        )

    def run(
        self,
        *,
        publish: bool = False,
        full_refresh: bool = False,
        reference: Path | None = None,
        as_of: datetime | None = None,
    ) -> Measured:
        """Run once, as `ratelake run` does."""
        settings = self.settings.model_copy(update={"reference": reference})
        before = self._versions()
        marks = Marks()
        with ExitStack() as opened:
            opened.callback(os.environ.pop, WRITE_JSON)
            os.environ[WRITE_JSON] = "true"
            meter = opened.enter_context(Meter(settings.spark_remote))
            publisher = opened.enter_context(serving_node(settings, wanted=publish))
            report = run_once(
                settings, as_of=as_of, publish=publisher, bar=marks.bar, full_refresh=full_refresh
            )
        assert report.reconciliation is not None  # the home has usage
        nodes = nodes_of(settings, meter) if report.changed else []
        return Measured(
            cost=meter.total,
            stages=stages_of(meter, marks.began, marks.told, nodes) if report.changed else [],
            nodes=nodes,
            records=report.reconciliation.received,
            statements=sum(closed.statements for closed in report.statements),
            table_rows=self._rows_since(before),
            rows_published=getattr(report.published, "rows", 0),
        )

    def deliver_late_events(self, count: int = 1) -> None:
        """Put data events of the first days into the inbox that were not there before, each of
        another subscriber."""
        folder = self.settings.inbox_folder / "usage"
        events: dict[str, dict[str, str]] = {}
        with (folder / "usage_000001.csv").open(encoding="utf-8", newline="") as file:
            for row in csv.DictReader(file):
                if (row["service"], row["kind"], row["partial_no"]) == ("data", "original", ""):
                    late = row | {"event_id": f"{LATE_EVENT_ID}-{len(events)}"}
                    events.setdefault(row["subscriber"], late)
                if len(events) == count:
                    break
        with (folder / "bench_late_events.csv").open("w", encoding="utf-8", newline="") as file:
            writer = csv.DictWriter(file, next(iter(events.values())))
            writer.writeheader()
            writer.writerows(events.values())

    def _versions(self) -> dict[str, int]:
        return {name: log.version for name, log in logs(self.settings).items()}

    def _rows_since(self, before: dict[str, int]) -> dict[str, int]:
        """Rows in the files that commits after these versions added, rewritten ones too."""
        places = tables(self.settings)
        return {
            name: sum(
                _rows_added(Path(places[name]) / "_delta_log" / f"{number:020}.json")
                for number in range(before.get(name, -1) + 1, last + 1)
            )
            for name, last in self._versions().items()
        }


def _rows_added(commit: Path) -> int:
    actions = (json.loads(line) for line in commit.read_text("utf-8").splitlines())
    added = (action["add"] for action in actions if "add" in action)
    return sum(json.loads(add["stats"])["numRecords"] for add in added if add.get("stats"))
