"""SQL for analysts: a Trino server that shows what the last run left, each role what is its own."""

from collections.abc import Callable

from ingestion.settings import Settings
from serving.trino.share import share
from stack import trino
from stack.trino import status, stop

__all__ = ["share", "share_if_running", "start", "status", "stop"]
Progress = Callable[[int, int], None]


def start(settings: Settings, *, on_progress: Progress = lambda done, total: None) -> None:
    """Start the home's Trino server, and share what the last run left: a step of progress more
    than the server has processes. Raises ServerFailed."""
    total = 2 + settings.trino_workers
    trino.start(settings, on_progress=lambda done, _: on_progress(done, total))
    share(settings)
    on_progress(total, total)


def share_if_running(settings: Settings, on_progress: Progress) -> int | None:
    """After a run; None where no Trino server runs."""
    if not settings.trino_folder.exists() or trino.running(settings) is None:
        return None
    # the run may have brought the tables into a bucket
    trino.follow(settings)
    return share(settings, on_progress=on_progress)
