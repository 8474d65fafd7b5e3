"""A run in a process of its own that stops at a point and waits there, to be looked at and killed.

Points: `collect:0.5` (a stage of the run, and how much of it is done), `commit` (all is ready but
the run's row in operations.runs), `publish` (the row is written, nothing is published).
"""

import os
import subprocess
import sys
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import Any

from ingestion import runs
from ingestion.run import run_once
from ingestion.settings import PROJECT, Settings
from tests.conftest import KNOWN_AT, kill_group

HELD = "held\n"


@contextmanager
def held_run(settings: Settings, point: str) -> Iterator[subprocess.Popen[str]]:
    """Start a run and wait until it stands at the point; kill -9 it with all it started."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.job.held_run", point],
        cwd=PROJECT,
        env={
            **os.environ,
            "RATELAKE_HOME": str(settings.root),
            "RATELAKE_REFERENCE": str(settings.reference_folder),
        },
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        start_new_session=True,
    )
    try:
        said = _said_until_held(process)
        assert said[-1:] == [HELD], f"the run ended before {point}: {''.join(said)[-4000:]}"
        yield process
    finally:
        kill_group(process)


def _said_until_held(process: subprocess.Popen[str]) -> list[str]:
    said: list[str] = []
    for line in process.stdout or ():
        said.append(line)
        if line == HELD:
            break
    return said


def _hold() -> None:
    print(HELD, end="", flush=True)
    while True:
        time.sleep(60)


def _hold_at(stage: str, share: float) -> Callable[[str], Callable[[int, int], None]]:
    def bar(name: str) -> Callable[[int, int], None]:
        def progress(done: int, total: int) -> None:
            if name == stage and done >= share * total:
                _hold()

        return progress

    return bar


def _hold_before_commit() -> None:
    def hold(*_: Any, **__: Any) -> None:
        _hold()

    runs.commit = hold


def main(point: str) -> None:
    stage, _, share = point.partition(":")
    if stage == "commit":
        _hold_before_commit()
    run_once(
        Settings(),
        as_of=KNOWN_AT,
        publish=(lambda spark, progress: _hold()) if stage == "publish" else None,
        bar=_hold_at(stage, float(share or 1)),
    )


if __name__ == "__main__":
    main(sys.argv[1])
