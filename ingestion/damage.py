"""Which table of a home was removed or damaged by hand, and what to do about it."""

from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path

from deltalake import DeltaTable
from deltalake.exceptions import DeltaError, TableNotFoundError

from ingestion.catalog import TableDamaged, damaged, is_commit, tables
from ingestion.settings import Settings


@contextmanager
def named_damage(settings: Settings) -> Iterator[None]:
    """Raise TableDamaged in place of whatever is said when a table is not whole.

    What an engine, dbt or a library says of it differs by where it is met. Nothing is looked at
    while all goes well.
    """
    try:
        yield
    except TableDamaged:
        raise
    except Exception as failure:
        if said := damage(settings):
            raise TableDamaged(said) from failure
        raise


def damage(settings: Settings) -> str | None:
    """Say which table cannot be read whole, and what to do; None when every file is there."""
    for name, place in tables(settings).items():
        try:
            files = [Path(file) for file in DeltaTable(place).file_uris()]
        except (DeltaError, TableNotFoundError) as failure:
            return damaged(name, place, failure)
        commits = filter(is_commit, (place / "_delta_log").iterdir())
        for file in (*commits, *files):
            if why := _missing(file):
                return damaged(name, place, why)
    return None


def require(settings: Settings, versions: Mapping[str, int]) -> None:
    """Raise TableDamaged for the first table that a committed run left and that is gone."""
    there = tables(settings)
    for name, version in versions.items():
        place = settings.lake / name.replace(".", "/")
        if name not in there:
            raise TableDamaged(damaged(name, place, "its folder or its _delta_log is gone"))
        # an empty one is no error to the engine, and its rows are missing
        commit = place / "_delta_log" / f"{version:020d}.json"
        if commit.exists() and (why := _missing(commit)):
            raise TableDamaged(damaged(name, place, why))


def _missing(file: Path) -> str | None:
    if not file.exists():
        return f"{file.name} is gone"
    return None if file.stat().st_size else f"{file.name} is empty"
