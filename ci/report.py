"""What CI says of its work, line by line."""

from collections import Counter
from collections.abc import Mapping, Sequence
from typing import Any

from ci.build import Plan, failed
from ci.home import Manifest, Node
from ci.state import State

KINDS = {"model": "models", "test": "data tests", "unit_test": "unit tests"}
SLOWEST = 5


def say(text: str) -> None:
    print(text, flush=True)


def say_plan(planned: Plan, good: State | None) -> None:
    """What changed, against which state; or why all is built."""
    if good is not None:
        about = good.about
        say(f"last good state: commit {about['commit'] or 'unknown'}, made {about['made_at']}")
    if planned.reason:
        say(f"everything is built: {planned.reason}")
        return
    say(f"changed since then: {len(planned.changed) or 'nothing'}")
    for name in planned.changed:
        say(f"  {said(planned.manifest, name)}")


def said(manifest: Manifest, name: str) -> str:
    """A node in words: its kind, its relation or name, and its file."""
    for nodes in (manifest["nodes"], manifest["unit_tests"], manifest["sources"]):
        if name in nodes:
            node = nodes[name]
            of = f"{node['schema']}." if node["resource_type"] in ("model", "source") else ""
            kind = node["resource_type"].replace("_", " ")
            return f"{kind} {of}{node['name']} ({node['original_file_path']})"
    return name


def say_built(planned: Plan, results: Sequence[Node], seconds: float) -> None:
    """What was built and tested, and what failed with what it said."""
    kinds = Counter(result["unique_id"].split(".")[0] for result in results)
    counts = [f"{kinds[kind]} {name}" for kind, name in KINDS.items() if kinds[kind]]
    say(f"built in {seconds:.0f} s: {', '.join(counts)}")
    mine = [result for result in results if result["unique_id"].startswith("model.")]
    if planned.reason:
        mine = sorted(mine, key=lambda result: -result["execution_time"])[:SLOWEST]
        say("the slowest models:")
    for result in mine:
        name = said(planned.manifest, result["unique_id"])
        say(f"  {result['execution_time']:5.1f} s  {result['status']:8} {name}")
    for result in failed(results):
        say(f"  {result['status']}: {said(planned.manifest, result['unique_id'])}")
        for line in str(result["message"] or "").splitlines():
            say(f"      {line}")


def say_freshness(found: Sequence[Mapping[str, Any]], newest: str) -> None:
    """How old each source is, as dbt has it, beside when the sample operator was loaded."""
    say(f"source freshness; the sample operator was loaded as of {newest}:")
    for source in found:
        name = ".".join(source["unique_id"].split(".")[-2:])
        days = source.get("max_loaded_at_time_ago_in_s", 0) / 86_400
        say(f"  {source['status']:5} {name:22} {source.get('max_loaded_at')}  {days:.1f} days ago")
