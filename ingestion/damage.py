"""Which table of a home was removed or damaged by hand, and what to do about it."""

from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from ingestion.catalog import TableDamaged, damaged, is_commit, missing, tables
from ingestion.settings import Settings


@contextmanager
def named_damage(settings: Settings) -> Iterator[None]:
    """Raise TableDamaged in place of whatever is said when a table is not whole.

    What an engine, dbt or a library says of it differs by where it is met.
    """
    try:
        yield
    except TableDamaged:
        raise
    except Exception as failure:
        if said := damage(settings):
            raise TableDamaged(said) from failure
        raise


def check_whole(settings: Settings) -> None:
    """Raise TableDamaged for the first table of which a file is gone; a tenth of a second."""
    if said := damage(settings):
        raise TableDamaged(said)


def damage(settings: Settings) -> str | None:
    """Say which table cannot be read whole, and what to do; None when every file is there."""
    for name, place in tables(settings).items():
        try:
            files = [Path(file) for file in DeltaTable(place).file_uris()]
        except (DeltaError, TableNotFoundError) as failure:
            return damaged(name, place, failure)
        commits = filter(is_commit, (place / "_delta_log").iterdir())
        for file in (*commits, *files):
            if why := missing(file):
                return damaged(name, place, why)
    return None
