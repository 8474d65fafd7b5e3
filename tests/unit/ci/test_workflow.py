"""CI's workflow calls what every machine has: make targets, and packages of the README's kind."""

import re
from typing import Any

import pytest
import yaml

from ingestion.settings import PROJECT

WORKFLOW = PROJECT / ".github" / "workflows" / "ci.yml"
Step = dict[str, Any]


@pytest.fixture(scope="module")
def workflow() -> dict[Any, Any]:
    found: dict[Any, Any] = yaml.safe_load(WORKFLOW.read_text("utf-8"))
    return found


@pytest.fixture(scope="module")
def steps(workflow: dict[Any, Any]) -> list[Step]:
    return [step for job in workflow["jobs"].values() for step in job["steps"]]


def test_every_command_is_a_make_target_or_installs_packages(steps: list[Step]) -> None:
    makefile = (PROJECT / "Makefile").read_text("utf-8")
    targets = set(re.findall(r"^([a-z-]+):", makefile, re.M))
    commands = [step["run"] for step in steps if "run" in step]
    made = {re.sub(r"^make ", "", run) for run in commands if run.startswith("make ")}
    assert made == {"check", "test", "ci-dbt"}
    assert made <= targets
    others = {run for run in commands if not run.startswith("make ")}
    assert len(others) == 1 and others.pop().startswith("apt-get update\n")


def test_what_is_installed_is_what_the_readme_names(steps: list[Step]) -> None:
    readme = (PROJECT / "README.md").read_text("utf-8")
    named = set(re.search(r"`apt-get install ([^`]+)`", readme)[1].split())  # type: ignore[index]
    (installed,) = {step["run"] for step in steps if "apt-get" in step.get("run", "")}
    assert named <= set(installed.split())


def test_every_action_is_pinned_to_a_full_version(steps: list[Step]) -> None:
    actions = [step["uses"] for step in steps if "uses" in step]
    assert actions
    assert [name for name in actions if not re.search(r"@v\d+\.\d+\.\d+$", name)] == []


def test_it_may_only_read_and_every_job_ends(workflow: dict[Any, Any]) -> None:
    assert workflow["permissions"] == {"contents": "read"}
    for name, job in workflow["jobs"].items():
        assert "permissions" not in job, name
        assert 0 < job["timeout-minutes"] <= 180, name


def test_only_main_saves_a_state(workflow: dict[Any, Any]) -> None:
    """By a key of its own each time; what is brought is the newest."""
    steps = workflow["jobs"]["dbt"]["steps"]
    caches = {
        step["uses"].split("@")[0]: step
        for step in steps
        if "actions/cache" in step.get("uses", "")
    }
    assert set(caches) == {"actions/cache/restore", "actions/cache/save"}
    save, restore = caches["actions/cache/save"], caches["actions/cache/restore"]
    assert save["if"] == "github.ref == 'refs/heads/main'"
    assert save["with"]["key"].startswith(restore["with"]["restore-keys"])
    assert "github.run_id" in save["with"]["key"]
    assert save["with"]["path"] == restore["with"]["path"] == "target/ci"


def test_the_nightly_build_is_scheduled_and_says_so_to_make(workflow: dict[Any, Any]) -> None:
    # YAML takes the key `on` for true
    assert "schedule" in workflow[True]
    assert "schedule" in workflow["jobs"]["dbt"]["env"]["NIGHTLY"]
    assert "$(if $(NIGHTLY),--nightly)" in (PROJECT / "Makefile").read_text("utf-8")
