"""A copy of a home to try a run in: what is never written again is linked, all else copied."""

import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

from ingestion import runs
from ingestion.lake import Folder, lake
from ingestion.residence import bring_tables
from ingestion.settings import Settings

COPIED = ("keys", "landing", "lake", "views")
NEVER_WRITTEN_AGAIN = ".parquet"


@contextmanager
def home_to_try(settings: Settings) -> Iterator[Settings]:
    """Give a copy below the home that goes afterwards; one that was killed goes before.

    It takes the same inbox and leaves it as it is; it asks no SFTP server. No run works on the home
    meanwhile. It works in this process: a server's catalog is that of the operator's own home.
    Raises HomeIsBusy.
    """
    with runs.only_run(settings):
        _remove(settings)
        folder = settings.root / f"dry-run-{uuid4().hex}"
        try:
            for name in COPIED:
                if (settings.root / name).is_dir():
                    copy(settings.root / name, folder / name)
            if settings.lake_url:
                bring_tables(lake(settings), Folder(str(folder / "lake")))
            yield settings.elsewhere(
                folder,
                inbox=settings.inbox_folder,
                after_collect="keep",
                landing_url=settings.landing_url,
                trial_of=settings.root,
            )
        finally:
            _remove(settings)


def copy(source: Path, to: Path) -> None:
    """Copy a folder; a file that is never changed is linked where it can be."""
    shutil.copytree(source, to, copy_function=_link_or_copy)


def _link_or_copy(source: str, to: str) -> None:
    if source.endswith(NEVER_WRITTEN_AGAIN):
        try:
            os.link(source, to)
        except OSError:
            pass  # another file system, or one without links
        else:
            return
    shutil.copy2(source, to)


def _remove(settings: Settings) -> None:
    for folder in settings.root.glob("dry-run-*"):
        shutil.rmtree(folder, ignore_errors=True)
