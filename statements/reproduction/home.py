"""A home of its own, below the operator's, in which the models run once for one account."""

import shutil
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from uuid import uuid4

from filelock import FileLock, Timeout

from ingestion import transform
from ingestion.dbt_calls import failures, invoke_quietly
from ingestion.failures import Failure
from ingestion.settings import Settings

BILLED = ("+statements", "+statement_lines")


class AnotherReproduces(Failure):
    """Another process reproduces a statement of this home."""


@contextmanager
def reproduction_home(settings: Settings) -> Iterator[Settings]:
    """Give a home that goes afterwards; one that was killed goes before.

    It works in this process: a server's catalog is that of the operator's own home.
    """
    settings.root.mkdir(parents=True, exist_ok=True)
    lock = FileLock(settings.root / "reproduction.lock")
    try:
        lock.acquire(timeout=0)
    except Timeout:
        raise AnotherReproduces(
            f"another process reproduces a statement of {settings.root}; wait for it to end"
        ) from None
    try:
        _remove(settings)
        folder = settings.root / f"reproduction-{uuid4().hex}"
        yield settings.elsewhere(folder)
    finally:
        _remove(settings)
        lock.release()


def _remove(settings: Settings) -> None:
    for folder in settings.root.glob("reproduction-*"):
        shutil.rmtree(folder, ignore_errors=True)


def bill(home: Settings, known_at: datetime, on_progress: Callable[[int, int], None]) -> None:
    """Rate and bill the home's rows for the first time. Raises TransformFailed."""
    transform.announce(home, transform.ThisRun(1, 0, known_at, closed_until=known_at))
    asked = ["run", "--select", *BILLED, "--fail-fast", "--no-write-json"]
    done = invoke_quietly(home, asked, on_progress)
    if not done.success:
        raise transform.TransformFailed(failures(done))
