"""What tests share: one Spark session per run, and homes on which the real commands have run.

A process can own one embedded catalog (Derby), so a home that `ratelake` works on belongs to
subprocesses; the `spark` session of this process has a home of its own.
"""

import os
import signal
import subprocess
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from pathlib import Path

import pytest
from pyspark.sql import SparkSession

from ingestion.settings import PROJECT, Settings
from tests.warm_jvm import warm_jvm

ORDER = ("unit", "oracle", "spark", "integration", "dashboards", "browser", "test_docs.py")
SAMPLE = ("--subscribers", "300", "--events", "6000", "--seed", "7")
# one knowledge time for all, so that two homes with the same files end in the same tables
AS_OF = ("--as-of", "2026-11-01T00:00:00Z")


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, so that a slip shows in seconds."""
    items.sort(key=lambda item: folder_rank(item.path.relative_to(PROJECT / "tests").parts[0]))


def folder_rank(folder: str) -> int:
    return ORDER.index(folder) if folder in ORDER else len(ORDER)


@dataclass(frozen=True)
class Ratelake:
    """The command line on one home, each command a process of its own, as an operator runs it."""

    settings: Settings
    jvm: dict[str, str] = field(default_factory=dict)

    def __call__(
        self, *arguments: str, exit_code: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; `exit_code=None` accepts any."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=PROJECT,
            env={**self.environment(), **self.jvm},
            capture_output=True,
            text=True,
            timeout=900,
        )
        if exit_code is not None and done.returncode != exit_code:
            raise AssertionError(
                f"ratelake {' '.join(arguments)} ended with {done.returncode}, not {exit_code}\n"
                f"{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
            )
        return done

    def start(self, *arguments: str) -> subprocess.Popen[str]:
        """Start one command with a JVM of its own in a process group, to be watched or killed."""
        return subprocess.Popen(
            self.command(*arguments),
            cwd=PROJECT,
            env=self.environment(),
            stdout=subprocess.PIPE,
            stderr=subprocess.STDOUT,
            text=True,
            start_new_session=True,
        )

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ratelake", *arguments]

    def environment(self) -> dict[str, str]:
        return {
            **os.environ,
            "RATELAKE_HOME": str(self.settings.root),
            "RATELAKE_SPARK_DRIVER_MEMORY": "2g",
        }


CommandsOn = Callable[[Path], Ratelake]


def kill_group(process: subprocess.Popen[str]) -> None:
    """Kill -9 a command started by `Ratelake.start` with its JVM and workers, all at once."""
    os.killpg(process.pid, signal.SIGKILL)
    process.communicate()


@pytest.fixture(scope="session")
def spark(tmp_path_factory: pytest.TempPathFactory) -> Iterator[SparkSession]:
    """The one session of this process, on a home of its own; name tables uniquely."""
    from ingestion.spark import spark_session

    settings = Settings(home=tmp_path_factory.mktemp("spark_home"), spark_driver_memory="2g")
    with spark_session(settings) as session:
        yield session


@pytest.fixture(scope="session")
def commands_on(tmp_path_factory: pytest.TempPathFactory) -> Iterator[CommandsOn]:
    """Gives the command line on a home; its commands share one JVM, one after the other."""
    with warm_jvm(tmp_path_factory.mktemp("warm_jvm")) as jvm:
        yield lambda home: Ratelake(Settings(home=home), jvm)


@pytest.fixture(scope="session")
def published(
    commands_on: CommandsOn, tmp_path_factory: pytest.TempPathFactory
) -> Iterator[Ratelake]:
    """The sample operator, generated, rated and published to its own Cassandra node.

    Read-only: a test that changes a home makes its own.
    """
    ratelake = commands_on(tmp_path_factory.mktemp("published_home"))
    ratelake("generate", *SAMPLE)
    report = ratelake("run", "--format", "json", *AS_OF)
    (ratelake.settings.root / "report.json").write_text(report.stdout)
    yield ratelake
    ratelake("down", exit_code=None)


@pytest.fixture(scope="session")
def published_home(published: Ratelake) -> Settings:
    return published.settings


@pytest.fixture
def ratelake(commands_on: CommandsOn, tmp_path: Path) -> Iterator[Ratelake]:
    """The command line on a new, empty home that a test may change as it likes."""
    commands = commands_on(tmp_path / "home")
    yield commands
    if commands.settings.cassandra_folder.exists():
        commands("down", exit_code=None)
