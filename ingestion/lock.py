"""One process at a time does a thing on a home; the next is told who does it."""

import os
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path

from filelock import FileLock, Timeout

from ingestion.failures import Failure


class HomeIsBusy(Failure):
    """Another process does on this home what only one may do."""


@contextmanager
def alone(path: Path, what: str) -> Iterator[None]:
    """Hold the lock file at `path`; `what` its holder does to the folder, such as `works on`,
    is told to who is refused.

    The lock goes with the process, however it ends. Raises HomeIsBusy.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    holder = Path(f"{path}.holder")
    lock = FileLock(path)
    try:
        lock.acquire(timeout=0)
    except Timeout:
        who = holder.read_text() if holder.exists() else f"another process {what} {path.parent}"
        raise HomeIsBusy(f"{who}; wait for it to end") from None
    try:
        now = datetime.now(UTC)
        who = f"process {os.getpid()} (since {now:%Y-%m-%dT%H:%M:%SZ})"
        holder.write_text(f"{who} {what} {path.parent}")
        yield
    finally:
        lock.release()
