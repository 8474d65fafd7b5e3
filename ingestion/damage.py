"""Which table of a home was removed or damaged by hand, and what to do about it."""

import errno
import os
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from ingestion.catalog import TableDamaged, damaged
from ingestion.failures import Failure
from ingestion.lake import COMMIT, lake, tables
from ingestion.object_store import ObjectStoreUnavailable
from ingestion.settings import Settings

# as the system says it, and so everybody
NO_ROOM = os.strerror(errno.ENOSPC)
# nothing goes on with less, and what fails for it does not always say so
TOO_LITTLE = 2**20
# as AWS's library in pyarrow says it
NO_CONNECTION = "NETWORK_CONNECTION"


class DiskFull(Failure):
    """There was no room for what had to be written."""


@contextmanager
def named_damage(settings: Settings) -> Iterator[None]:
    """Raise TableDamaged in place of whatever is said when a table is not whole, DiskFull when
    there is no room, and ObjectStoreUnavailable when the tables are in a store that is away.

    What an engine, dbt or a library says of it differs by where it is met.
    """
    try:
        yield
    except TableDamaged:
        raise
    except Exception as failure:
        if NO_ROOM in str(failure) or _is_full(settings.root):
            raise DiskFull(
                f"no space is left on the disk below {settings.root} or for temporary files; make "
                "room and run again: what this run wrote does not count, and is put back"
            ) from failure
        if said := away(settings, failure):
            raise ObjectStoreUnavailable(said) from failure
        if said := damage(settings):
            raise TableDamaged(said) from failure
        raise


def _is_full(folder: Path) -> bool:
    return folder.exists() and shutil.disk_usage(folder).free < TOO_LITTLE


def away(settings: Settings, failure: Exception) -> str | None:
    """Say that the tables' object store does not answer, or did not for long enough to fail; None
    when it does, and where they are on a disk."""
    store = lake(settings).store
    if store is None or (NO_CONNECTION not in str(failure) and store.answers()):
        return None
    return (
        f"the object store at {store.endpoint or store.region} does not answer; run again when it "
        "does (`ratelake up s3` starts the home's own): what this run wrote does not count, and is "
        "put back"
    )


def check_whole(settings: Settings) -> None:
    """Raise TableDamaged for the first table of which a file is gone; a tenth of a second.

    Only on a disk: in a bucket nobody removes files by hand, and to list all would grow with it.
    """
    if not lake(settings).is_remote and (said := damage(settings)):
        raise TableDamaged(said)


def damage(settings: Settings) -> str | None:
    """Say which table cannot be read whole, and what to do; None when every file is there."""
    for name, place in tables(settings).items():
        try:
            uris = DeltaTable(place).file_uris()
        except (DeltaError, TableNotFoundError) as failure:
            return damaged(name, place, failure)
        sizes = replace(lake(settings), url=place).sizes()
        commits = [path for path in sizes if COMMIT.fullmatch(path.removeprefix("_delta_log/"))]
        for file in (*commits, *(uri.removeprefix(f"{place}/") for uri in uris)):
            if not sizes.get(file):
                why = "is empty" if file in sizes else "is gone"
                return damaged(name, place, f"{file.rpartition('/')[2]} {why}")
    return None
