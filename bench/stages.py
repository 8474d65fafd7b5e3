"""What each stage of a run and each node of its dbt graph cost."""

import json
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from bench.meter import Cost, Meter, shared
from ingestion.settings import Settings

BILLING = ("billing", "finance")
AGGREGATES = ("aggregates", "serving")


@dataclass(frozen=True)
class Stage:
    name: str
    cost: Cost


@dataclass(frozen=True)
class Node:
    """A model or a test of the dbt graph. Nodes that ran at once share what was used then."""

    name: str
    stage: str
    began: float
    ended: float
    cost: Cost

    @property
    def seconds(self) -> float:
        """From its beginning to its end, whatever ran beside it."""
        return self.ended - self.began


def nodes_of(settings: Settings, meter: Meter) -> list[Node]:
    """The nodes of the last dbt run, the slowest first."""
    folder = settings.root / "dbt"
    results = json.loads((folder / "run_results.json").read_text("utf-8"))
    known = json.loads((folder / "manifest.json").read_text("utf-8"))["nodes"]
    timed = [row for row in results["results"] if row["timing"] and _is_node(row)]
    spans = {row["unique_id"]: _span(row) for row in timed}
    begin = min(span[0] for span in spans.values())
    end = max(span[1] for span in spans.values())
    costs = shared(meter.between, spans, begin, end)
    nodes = [
        Node(
            _name(row),
            _stage(known[row["unique_id"]]),
            *spans[row["unique_id"]],
            costs[row["unique_id"]],
        )
        for row in timed
    ]
    return sorted(nodes, key=lambda node: -node.seconds)


def stages_of(
    meter: Meter, began: Mapping[str, float], told: Mapping[str, float], nodes: list[Node]
) -> list[Stage]:
    """Collect, load, reference, dbt's own time, rate, bill, aggregate, check, commit and publish,
    in this order, without those that the run did not have."""
    loaded = told.get("load", began["load"])
    first, last = min(node.began for node in nodes), max(node.ended for node in nodes)
    idle = shared(
        meter.between, {node.name: (node.began, node.ended) for node in nodes}, first, last
    )[""]
    ended = began.get("publish", meter.ended)
    costs = {
        "collect": meter.between(began["collect"], began["load"]),
        "load": meter.between(began["load"], loaded),
        "reference": meter.between(loaded, began["rate"]),
        "dbt": meter.between(began["rate"], first) + idle,
        **{name: _sum(nodes, name) for name in ("rate", "bill", "aggregate", "check")},
        "commit": meter.between(last, ended),
        "publish": meter.between(ended, meter.ended),
    }
    return [Stage(name, cost) for name, cost in costs.items() if cost.seconds > 0]


def _sum(nodes: list[Node], stage: str) -> Cost:
    return sum((node.cost for node in nodes if node.stage == stage), Cost())


def _is_node(row: Mapping[str, Any]) -> bool:
    return str(row["unique_id"]).partition(".")[0] in ("model", "test")


def _name(row: Mapping[str, Any]) -> str:
    return str(row["unique_id"]).split(".")[2]


def _stage(node: Mapping[str, Any]) -> str:
    """The stage of a model by its folder; a test checks, wherever it stands."""
    folder = node["fqn"][1]
    if node["resource_type"] == "test":
        return "check"
    return "bill" if folder in BILLING else "aggregate" if folder in AGGREGATES else "rate"


def _span(row: Mapping[str, Any]) -> tuple[float, float]:
    moments = [
        datetime.fromisoformat(timing[edge]).timestamp()
        for timing in row["timing"]
        for edge in ("started_at", "completed_at")
        if timing[edge]
    ]
    return min(moments), max(moments)
