"""`make ci-dbt` in a clone: the first time everything, then what changed and what depends on it."""

from typing import Any

import pytest
from deltalake import DeltaTable

from tests.ci.project_clone import ProjectClone, descendants, project_clone, that_run

SUMS = "models/aggregates/usage_days.sql"
BALANCES = "models/aggregates/account_balances.sql"
# what the first build need not say here: a state is good by what is tested on it elsewhere
UNTESTED = ("--", "--exclude-resource-type", "unit_test", "test")


@pytest.fixture(scope="module")
def clone(tmp_path_factory: pytest.TempPathFactory) -> ProjectClone:
    """A clone with a good state, which the tests use one after the other."""
    clone = project_clone(tmp_path_factory.mktemp("clone"))
    first = clone.ci(*UNTESTED)
    assert first.returncode == 0, first.stdout + first.stderr
    assert "everything is built: there is no good state yet" in first.stdout
    assert "this is the last good state from here on" in first.stdout
    return clone


@pytest.mark.stack
def test_an_unchanged_project_builds_nothing(clone: ProjectClone) -> None:
    before = clone.good
    done = clone.ci()
    assert done.returncode == 0, done.stdout + done.stderr
    assert "changed since then: nothing" in done.stdout
    assert not (clone.folder / "target" / "ci" / "last").exists()
    assert clone.good == before


def test_a_changed_model_is_built_with_what_depends_on_it_and_nothing_else(
    clone: ProjectClone,
) -> None:
    """On a table that is only ever added to: built upon what it held, it would hold it twice."""
    before, rows = clone.good, sums(clone)
    clone.append(SUMS, "-- says the same\n")
    clone.git("commit", "--quiet", "--all", "--message", "Change a model")
    done = clone.ci()
    assert done.returncode == 0, done.stdout + done.stderr
    manifest = clone.last("manifest.json")
    due = that_run(manifest, descendants(manifest, "model.ratelake.usage_days"))
    assert {kind(name) for name in due} >= {"model", "test", "unit_test"}
    assert built(clone) == due
    assert len(due) < len(manifest["nodes"]) / 10
    assert rows and sums(clone) == rows
    assert clone.good != before and not before.exists()


@pytest.mark.stack
def test_a_broken_model_fails_and_leaves_the_good_state(clone: ProjectClone) -> None:
    before = clone.good
    kept = sorted(path for path in before.rglob("*") if path.is_file())
    clone.append(BALANCES, "where no_such_column = 1\n")
    clone.git("commit", "--quiet", "--all", "--message", "Break a model")
    done = clone.ci()
    assert done.returncode == 1
    assert "no_such_column" in done.stdout
    assert "skipped: model serving.serving_account_balances" in done.stdout
    assert clone.good == before
    assert sorted(path for path in before.rglob("*") if path.is_file()) == kept


def sums(clone: ProjectClone) -> list[dict[str, Any]]:
    rows = DeltaTable(clone.good / "home" / "lake" / "aggregates" / "usage_days").to_pyarrow_table()
    return sorted(rows.to_pylist(), key=repr)


def built(clone: ProjectClone) -> set[str]:
    """All that has a result of the build, but hooks and what dbt only names."""
    names = {result["unique_id"] for result in clone.last("run_results.json")["results"]}
    return {name for name in names if kind(name) not in ("operation", "exposure")}


def kind(name: str) -> str:
    return name.split(".")[0]
