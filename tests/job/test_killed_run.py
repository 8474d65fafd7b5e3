"""Kill -9 at any moment, start again: the tables of an undisturbed run, nothing counted twice."""

import random
import shutil
import time
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from ingestion import runs
from ingestion.run_report import RunReport
from ingestion.settings import Settings
from sample import generate
from tests.job.held_run import held_run, kill_run, started_run
from tests.job.manifest import read_manifest
from tests.job.small_home import SmallHome
from tests.lake import Rows, differences, lake

KILLS = 20
# late accounts and corrections, then whole what came cut off
DELIVERIES = ("inbox", "generated/late", "generated/redelivered")
POINTS = ("collect:1", "load:0.5", "load:1", "rate:0.5", "commit")


@dataclass
class Operator:
    """A home to which the sample's deliveries come one after the other."""

    home: SmallHome
    sample: Path
    delivered: int = 0

    @property
    def settings(self) -> Settings:
        return self.home.settings

    def deliver(self) -> None:
        source = self.sample / DELIVERIES[self.delivered]
        shutil.copytree(source, self.settings.inbox_folder, dirs_exist_ok=True)
        self.delivered += 1

    @property
    def has_committed(self) -> bool:
        """Whether all that was delivered is in a committed run."""
        return runs.last_run(self.settings).run_id == self.delivered

    def copied(self, folder: Path) -> "Operator":
        shutil.copytree(self.settings.root, folder)
        return Operator(SmallHome(Settings(home=folder)), self.sample, self.delivered)


@dataclass
class Undisturbed:
    """What a home held after each delivery's run, and how long the first took."""

    operator: Operator
    after_first: Operator
    seconds: float
    lakes: list[dict[str, Rows]] = field(default_factory=list)


@pytest.fixture(scope="module")
def sample(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("sample")
    generate(folder, subscribers=75, events=1_500, seed=7)
    return folder


@pytest.fixture(scope="module")
def undisturbed(sample: Path, tmp_path_factory: pytest.TempPathFactory) -> Undisturbed:
    folder = tmp_path_factory.mktemp("undisturbed")
    operator = Operator(SmallHome(Settings(home=folder / "home")), sample)
    operator.deliver()
    began = time.monotonic()
    run = started_run(operator.settings)
    run.join()
    assert run.exitcode == 0
    seconds = time.monotonic() - began
    found = Undisturbed(operator, operator.copied(folder / "after_first"), seconds)
    found.lakes.append(lake(operator.settings))
    while operator.delivered < len(DELIVERIES):
        operator.deliver()
        operator.home.run()
        found.lakes.append(lake(operator.settings))
    return found


@pytest.fixture(scope="module")
def killed(
    undisturbed: Undisturbed, sample: Path, tmp_path_factory: pytest.TempPathFactory
) -> tuple[Operator, RunReport]:
    """A home with the same files and keys whose runs were killed, then came to their end."""
    operator = Operator(SmallHome(Settings(home=tmp_path_factory.mktemp("killed"))), sample)
    share_keys(undisturbed.operator.settings, operator.settings)
    operator.deliver()
    for seconds in random_moments(undisturbed.seconds):
        kill_after(operator, seconds)
        if operator.has_committed and operator.delivered < len(DELIVERIES):
            operator.deliver()
    report = operator.home.run()
    while operator.delivered < len(DELIVERIES):
        operator.deliver()
        report = operator.home.run()
    return operator, report


def share_keys(source: Settings, target: Settings) -> None:
    """The same keys give the same tokens, so that tables can be compared."""
    target.keyring_file.parent.mkdir(parents=True, mode=0o700, exist_ok=True)
    shutil.copy2(source.keyring_file, target.keyring_file)


def random_moments(seconds: float) -> Iterator[float]:
    """One in each of as many parts of a run's length, in any order."""
    seed = random.randrange(10**9)
    print(f"moments of seed {seed} in {seconds:.1f} seconds")
    chance = random.Random(seed)
    parts = [(part + chance.random()) / KILLS * seconds for part in range(KILLS)]
    chance.shuffle(parts)
    yield from parts


def kill_after(operator: Operator, seconds: float) -> None:
    run = started_run(operator.settings)
    time.sleep(seconds)
    kill_run(run)


def test_a_home_killed_at_twenty_random_moments_holds_what_an_undisturbed_one_does(
    undisturbed: Undisturbed, killed: tuple[Operator, RunReport]
) -> None:
    operator, _ = killed
    assert differences(lake(operator.settings), undisturbed.lakes[-1]) == {}


def test_after_the_kills_every_record_is_counted_once(
    killed: tuple[Operator, RunReport], sample: Path
) -> None:
    operator, report = killed
    planted = read_manifest(Settings(home=sample))["expected_after_redelivery"]
    assert report.reconciliation is not None
    found = {
        (row.disposition, row.reason): row.records for row in report.reconciliation.dispositions
    }
    assert found == {
        (row["disposition"], row["reason"] or ""): row["records"] for row in planted["dispositions"]
    }
    [counted] = operator.home.rows(
        "select count(*), count(distinct record_id), (select count(*) from raw.usage) "
        "from rated.usage_dispositions"
    )
    assert set(counted) == {sum(found.values())}


@pytest.fixture(scope="module")
def stopped(undisturbed: Undisturbed, tmp_path_factory: pytest.TempPathFactory) -> Operator:
    """A home whose second run was killed at each point in turn, and has not come to its end."""
    operator = undisturbed.after_first.copied(tmp_path_factory.mktemp("stopped") / "home")
    operator.deliver()
    for point in POINTS:
        with held_run(operator.settings, point):
            pass
        assert not operator.has_committed
    return operator


def test_a_run_killed_at_every_point_of_its_way_ends_as_if_it_had_not_been(
    undisturbed: Undisturbed, stopped: Operator
) -> None:
    report = stopped.home.run()
    assert report.run_id == 2 and "rated.usage_outcomes" in report.restored
    assert differences(lake(stopped.settings), undisturbed.lakes[1]) == {}


def test_a_run_killed_after_its_commit_is_published_by_the_next(
    undisturbed: Undisturbed, tmp_path: Path
) -> None:
    operator = undisturbed.after_first.copied(tmp_path / "home")
    operator.deliver()
    with held_run(operator.settings, "publish"):
        pass
    assert operator.has_committed
    report = operator.home.run(publish=lambda spark, progress: "published")
    assert (report.changed, report.restored, report.published) == (False, [], "published")
    assert differences(lake(operator.settings), undisturbed.lakes[1]) == {}
