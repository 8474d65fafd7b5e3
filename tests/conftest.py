"""What tests share: homes on which the product has run, in this process or as commands."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from ingestion.settings import PROJECT, Settings

if TYPE_CHECKING:
    from playwright.sync_api import Browser

# Spark's tests take one worker longest, so they begin early
ORDER = (
    "unit",
    "engines",
    "spark_cluster",
    "oracle",
    "load",
    "sftp",
    "object_store",
    "metastore",
    "job",
    "ci",
    "integration",
    "trino",
    "dashboards",
    "sign_in",
    "stack",
    "browser",
)
SAMPLE = ("--subscribers", "300", "--events", "6000", "--seed", "7")
CHROMIUM_FLAGS = [
    "--headless",
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
]
# one knowledge time for all, so that two homes with the same files end in the same tables
AS_OF = ("--as-of", "2026-11-01T00:00:00Z")
KNOWN_AT = datetime(2026, 11, 1, tzinfo=UTC)


# before xdist looks for the groups: it does so in this hook too
@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Quick tests first, so that a slip shows in seconds; what shares a server on one worker."""
    items.sort(key=lambda item: folder_rank(item.path.relative_to(PROJECT / "tests").parts[0]))
    for item in items:
        item.add_marker(pytest.mark.xdist_group(group_of(item)))


def group_of(item: pytest.Item) -> str:
    """The tests that have one Spark server, or one published home, or one file in common."""
    fixtures = getattr(item, "fixturenames", ())
    return next((group for name, group in SHARED.items() if name in fixtures), str(item.path))


def folder_rank(folder: str) -> int:
    return ORDER.index(folder) if folder in ORDER else len(ORDER)


# fixtures whose tests stay on one worker, by the group that they are in; some need two of them
SHARED = {
    "spark_server": "spark_server",
    "published": "published",
    "node_settings": "node_settings",
    "second_home": "node_settings",
    "explained_home": "rated_homes",
    "sampled_home": "rated_homes",
    "billed_home": "billed_home",
    "called_once": "called_once",
    "s3_home": "s3_home",
    "metastore_home": "metastore_home",
    "on_stack": "on_stack",
    "cluster": "spark_cluster",
}
PORTS = ("keycloak_port", "trino_port", "dashboards_port")


@dataclass(frozen=True)
class Ratelake:
    """The command line on one home, each command a process of its own, as an operator runs it."""

    settings: Settings
    variables: dict[str, str] = field(default_factory=dict)
    # how long a command may take
    seconds: int = 600

    def __call__(
        self, *arguments: str, exit_code: int | None = 0
    ) -> subprocess.CompletedProcess[str]:
        """Run one command to its end; `exit_code=None` accepts any."""
        done = subprocess.run(
            self.command(*arguments),
            cwd=PROJECT,
            env=self.environment(),
            capture_output=True,
            text=True,
            timeout=self.seconds,
        )
        if exit_code is not None and done.returncode != exit_code:
            raise AssertionError(
                f"ratelake {' '.join(arguments)} ended with {done.returncode}, not {exit_code}\n"
                f"{done.stdout[-4000:]}\n{done.stderr[-8000:]}"
            )
        return done

    def command(self, *arguments: str) -> list[str]:
        return [sys.executable, "-m", "ratelake", *arguments]

    def environment(self) -> dict[str, str]:
        return {**os.environ, **self.variables, "RATELAKE_HOME": str(self.settings.root)}


@pytest.fixture(scope="session")
def published(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Ratelake]:
    """The sample operator, generated, rated and published to its own Cassandra node.

    Read-only: a test that changes a home makes its own.
    """
    ratelake = Ratelake(Settings(home=tmp_path_factory.mktemp("published_home")))
    ratelake("generate", *SAMPLE)
    report = ratelake("run", "--format", "json", *AS_OF)
    (ratelake.settings.root / "report.json").write_text(report.stdout)
    yield ratelake
    ratelake("down", exit_code=None)


@pytest.fixture(scope="session")
def published_home(published: Ratelake) -> Settings:
    return published.settings


@pytest.fixture(scope="session")
def report(published_home: Settings) -> dict[str, object]:
    """What the run that published said of itself, as JSON has it."""
    found: dict[str, object] = json.loads((published_home.root / "report.json").read_text())
    return found


@pytest.fixture
def ratelake(tmp_path: Path) -> Iterator[Ratelake]:
    """The command line on a new, empty home that a test may change as it likes."""
    commands = Ratelake(Settings(home=tmp_path / "home"))
    yield commands
    if commands.settings.cassandra_folder.exists():
        commands("down", exit_code=None)


@pytest.fixture(scope="session")
def chromium() -> "Iterator[Browser]":
    """The one browser of a test process: Playwright allows no second."""
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        path = shutil.which("chromium")
        yield playwright.chromium.launch(executable_path=path, args=CHROMIUM_FLAGS)


@pytest.fixture(scope="session")
def keycloak_home(
    tmp_path_factory: pytest.TempPathFactory, published_home: Settings
) -> Iterator[Settings]:
    """A home with a Keycloak, whose dashboards show the balances of the published home."""
    from serving.cassandra.connect import READER, connection
    from stack import keycloak
    from stack.process import free_port
    from stack.tls import authority_file

    node = connection(published_home, READER)
    settings = Settings(
        home=tmp_path_factory.mktemp("keycloak") / "home",
        cassandra_hosts=",".join(node.hosts),
        cassandra_port=node.port,
        cassandra_username=node.username,
        cassandra_password=node.password,
        cassandra_ca_file=authority_file(published_home.tls_folder),
        **{name: free_port() for name in PORTS},
    )
    keycloak.start(settings)
    yield settings
    keycloak.stop(settings)
