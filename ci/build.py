"""Builds on a home: everything, or what changed since the last good state and depends on it."""

import json
import shutil
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ci import changes
from ci.home import (
    Manifest,
    Node,
    built_home,
    copy,
    forget,
    keep_built,
    load_sample,
    models,
)
from ci.state import BUILT, State, inputs
from ingestion.dbt_calls import invoke_quietly
from ingestion.failures import Failure
from ingestion.settings import PROJECT

GREEN = ("success", "pass", "no-op", "warn")
EVERYTHING: tuple[str, ...] = ()


class CheckFailed(Failure):
    """The project cannot be parsed, is badly written, or a model or test failed."""


@dataclass(frozen=True)
class Plan:
    """What is to be built of a manifest: `selection` for dbt; `reason` for which it is all."""

    manifest: Manifest
    reason: str = ""
    changed: Sequence[str] = ()
    selection: tuple[str, ...] = EVERYTHING

    @property
    def nodes(self) -> set[str]:
        return changes.with_descendants(self.manifest, self.changed)


def parse(state: State) -> Manifest:
    """What dbt says of the project as it stands, read anew. Raises CheckFailed."""
    done = invoke_quietly(state.settings, ["parse", "--no-partial-parse"])
    if not done.success:
        raise CheckFailed(f"the project cannot be parsed: {done.exception}")
    found: Manifest = json.loads((state.settings.root / "dbt" / "manifest.json").read_text("utf-8"))
    return found


def plan(state: State, good: State | None, manifest: Manifest, *, is_nightly: bool) -> Plan:
    """Everything, at night or where no part can be told apart; else what changed."""
    if reason := "it is the nightly build" if is_nightly else why_all(good, manifest):
        return Plan(manifest, reason)
    assert good is not None
    unseen = changes.unseen_models(good.manifest, manifest)
    names = sorted(manifest["nodes"][name]["name"] for name in unseen)
    changed = sorted(unseen | modified(state, good))
    against = ("--state", str(good.folder))
    selected = ("--select", "state:modified+", *(f"{name}+" for name in names))
    return Plan(manifest, "", changed, (*selected, "--defer", *against))


def why_all(good: State | None, manifest: Manifest) -> str:
    """Why what changed cannot be told apart from what did not; empty: it can."""
    if good is None:
        return "there is no good state yet"
    before, now = good.about["inputs"], inputs()
    if differing := [name for name in now if before.get(name) != now[name]]:
        return f"{', '.join(differing)} changed, which decides what the models read"
    if macros := changes.macros_of_all(good.manifest, manifest):
        return f"{', '.join(sorted(macros))} changed, which is for all models"
    return "a hook changed" if changes.hooks_differ(good.manifest, manifest) else ""


def modified(state: State, good: State) -> set[str]:
    """What dbt finds changed, or new: models, tests, unit tests and sources."""
    asked = ["--select", "state:modified", "--state", str(good.folder)]
    # without the tests of what changed, unless they changed themselves
    asked += ["--indirect-selection", "empty"]
    asked += ["--output", "json", "--output-keys", "unique_id", "--quiet"]
    done = invoke_quietly(state.settings, ["ls", *asked])
    if not done.success:
        raise CheckFailed(f"dbt cannot say what changed: {done.exception}")
    found = {json.loads(line)["unique_id"] for line in done.result}
    return {name for name in found if not name.startswith("exposure.")}


def lint(files: Sequence[str]) -> None:
    """Hold SQL files against the style. Raises CheckFailed with what is wrong."""
    if files:
        sqlfluff = [sys.executable, "-m", "sqlfluff", "lint", "--disable-progress-bar", *files]
        done = subprocess.run(sqlfluff, cwd=PROJECT, capture_output=True, text=True)
        if done.returncode:
            raise CheckFailed(f"not written as the other SQL is:\n{done.stdout}{done.stderr}")


def files_of(planned: Plan) -> list[str]:
    """The SQL files that changed; where all is built none: `make check` looks at all."""
    nodes = planned.manifest["nodes"]
    paths = {nodes[name]["original_file_path"] for name in planned.changed if name in nodes}
    return sorted(path for path in paths if path.endswith(".sql"))


def build(state: State, good: State | None, planned: Plan, options: Sequence[str]) -> list[Node]:
    """Build as planned, on a new home or on a copy of the good one; what became of each node.

    Raises CheckFailed, also where dbt built other models than were planned.
    """
    settings = state.settings
    if planned.reason or good is None:
        load_sample(settings)
        before: Manifest = {}
    else:
        for name in BUILT:
            copy(good.settings.root / name, settings.root / name)
        before = good.manifest
        forget(settings, to_forget(before, planned))
    with built_home(settings, before) as (spark, dbt):
        done = dbt("build", *planned.selection, *options)
        if done.exception is not None:
            raise CheckFailed(f"dbt build: {done.exception}")
        results = results_of(state)
        if done.success:
            keep_built(spark, settings, planned.manifest, results)
    if done.success and not planned.reason:
        check_as_planned(planned, results)
    return results


def to_forget(before: Manifest, planned: Plan) -> list[Node]:
    """Models as they were and as they are planned to be, and those that are no more."""
    now = {node["unique_id"] for node in models(planned.manifest)}
    gone = {node["unique_id"] for node in models(before)} - now
    both = [*models(before), *models(planned.manifest)]
    return [node for node in both if node["unique_id"] in planned.nodes | gone]


def results_of(state: State) -> list[Node]:
    text = (state.settings.root / "dbt" / "run_results.json").read_text("utf-8")
    results: list[Node] = json.loads(text)["results"]
    return results


def check_as_planned(planned: Plan, results: Sequence[Node]) -> None:
    """The planned models' tables were emptied before: no other may be built, and none left out."""
    built = {result["unique_id"] for result in results}
    wrong = {
        node["name"]
        for node in models(planned.manifest)
        if node["config"]["materialized"] != "ephemeral"
        and (node["unique_id"] in built) != (node["unique_id"] in planned.nodes)
    }
    if wrong:
        raise CheckFailed(f"dbt did not build what was planned: {', '.join(sorted(wrong))}")


def failed(results: Sequence[Node]) -> list[Node]:
    """What failed, before what was skipped for it."""
    found = [result for result in results if result["status"] not in GREEN]
    return sorted(found, key=lambda result: result["status"] == "skipped")


def write_docs(state: State, to: Path) -> None:
    """Write the site of dbt's docs, one page. Raises CheckFailed."""
    with built_home(state.settings, state.manifest) as (_, dbt):
        done = dbt("docs", "generate", "--static")
    if not done.success:
        raise CheckFailed(f"dbt docs generate: {done.exception}")
    to.mkdir(parents=True, exist_ok=True)
    shutil.copy(state.settings.root / "dbt" / "static_index.html", to / "index.html")


def freshness(state: State) -> list[dict[str, Any]]:
    """What dbt says of how old each source is. Raises CheckFailed where it cannot say."""
    with built_home(state.settings, state.manifest) as (_, dbt):
        done = dbt("source", "freshness")
    if done.exception is not None:
        raise CheckFailed(f"dbt source freshness: {done.exception}")
    text = (state.settings.root / "dbt" / "sources.json").read_text("utf-8")
    found: list[dict[str, Any]] = json.loads(text)["results"]
    return found
