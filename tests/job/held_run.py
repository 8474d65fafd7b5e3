"""A run in a process of its own, to be killed with all that it started.

The process is forked from one that has imported everything, so that a kill falls into the work of
a run, and not into its imports.

A held run stops at a point and waits there: `collect:0.5` (a stage of the run, and how much of it
is done), `commit` (all is ready but the run's row in operations.runs), `publish` (the row is
written, nothing is published).
"""

import os
import signal
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from multiprocessing import get_context
from multiprocessing.connection import Connection
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from ingestion import runs
from ingestion.run import run_once
from ingestion.settings import Settings
from tests.conftest import KNOWN_AT
from tests.job.small_home import no_bar

FORKS = get_context("forkserver")
FORKS.set_forkserver_preload([__name__, "dbt.cli.main", "dbt.adapters.spark"])
Bar = Callable[[str], Callable[[int, int], None]]
NOWHERE = "never:1"


def started_run(
    settings: Settings, point: str = NOWHERE, held: Connection | None = None
) -> ForkServerProcess:
    """Start a run; what it says is in `run.txt` of the home's logs."""
    settings.logs.mkdir(parents=True, exist_ok=True)
    process = FORKS.Process(target=_work, args=(settings, point, held), daemon=True)
    process.start()
    return process


def kill_run(process: ForkServerProcess) -> None:
    """Kill -9 a run with all that it started, at once."""
    with suppress(ProcessLookupError):  # it has ended, or only just begins and has no group
        os.killpg(process.pid or 0, signal.SIGKILL)
    process.kill()
    process.join()


@contextmanager
def held_run(settings: Settings, point: str) -> Iterator[ForkServerProcess]:
    """Start a run and wait until it stands at the point; kill -9 it with all it started."""
    there, here = FORKS.Pipe()
    process = started_run(settings, point, there)
    there.close()
    try:
        assert _is_held(here), f"the run ended before {point}: {_said(settings)[-4000:]}"
        yield process
    finally:
        kill_run(process)
        here.close()


def _is_held(here: Connection) -> bool:
    """Whether the run got to its point; it ends, and with it the line, if not."""
    try:
        return bool(here.recv())
    except EOFError:
        return False


def _said(settings: Settings) -> str:
    return _output(settings).read_text()


def _output(settings: Settings) -> Path:
    return settings.logs / "run.txt"


def _work(settings: Settings, point: str, held: Connection | None) -> None:
    """In the process: all it says goes to a file, and all it starts is of its own group."""
    os.setsid()
    with _output(settings).open("w") as output:
        os.dup2(output.fileno(), sys.stdout.fileno())
        os.dup2(output.fileno(), sys.stderr.fileno())

    def hold(*_: Any, **__: Any) -> None:
        assert held is not None
        held.send(True)
        while True:
            time.sleep(60)

    stage, _, share = point.partition(":")
    if stage == "commit":
        runs.commit = hold
    run_once(
        settings,
        as_of=KNOWN_AT,
        publish=hold if stage == "publish" else None,
        bar=_hold_at(stage, float(share or 1), hold),
    )


def _hold_at(stage: str, share: float, hold: Callable[[], None]) -> Bar:
    def bar(name: str) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            if name == stage and done >= share * total:
                hold()

        return progress if name == stage else no_bar(name)

    return bar
