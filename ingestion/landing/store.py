"""Where bundles are kept: on this disk, or in a bucket. Both show a bundle whole or not at all, and
never put one in the place of another."""

import os
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path
from typing import Any, Protocol

from ingestion.failures import Failure
from ingestion.landing.names import bundle_name
from ingestion.settings import Settings


class BundleTaken(Failure):
    """There is a bundle of this number already: two homes write to one place."""


class BundleStore(Protocol):
    """Finished bundles by their numbers."""

    def has(self, bundle_no: int) -> bool: ...

    def add(self, bundle_no: int, file: Path) -> None:
        """Keep a finished file durably as this bundle; it is gone from its place then. Raises
        BundleTaken."""

    def clear_unfinished(self) -> None:
        """Drop what a killed `add` left."""

    def place(self, bundle_no: int) -> str:
        """What the engine reads it by."""

    def open(self, bundle_no: int) -> Any:
        """A pyarrow file to read parts of it. Raises OSError."""

    def reachable(self) -> AbstractContextManager[None]:
        """Within it the engine in this process reads what stands at `place`."""


class LocalBundles:
    """Bundles in a folder."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def has(self, bundle_no: int) -> bool:
        return self._path(bundle_no).exists()

    def add(self, bundle_no: int, file: Path) -> None:
        self._folder.mkdir(parents=True, exist_ok=True)
        try:
            os.link(file, self._path(bundle_no))
        except FileExistsError:
            raise BundleTaken(f"there is a bundle {self._path(bundle_no)} already") from None
        sync_folder(self._folder)
        file.unlink()

    def clear_unfinished(self) -> None:
        """A bundle appears by one link: there is nothing half."""

    def place(self, bundle_no: int) -> str:
        return str(self._path(bundle_no))

    def open(self, bundle_no: int) -> Any:
        return open(self._path(bundle_no), "rb")

    def reachable(self) -> AbstractContextManager[None]:
        return nullcontext()

    def _path(self, bundle_no: int) -> Path:
        return self._folder / bundle_name(bundle_no)


def bundle_store(settings: Settings, component: str) -> BundleStore:
    """The home's bundles, as `collect` brings them or the `pipeline` reads them."""
    if not settings.landing_url:
        return LocalBundles(settings.bundles)
    # boto3 takes a fifth of a second to import
    from ingestion.landing.bucket import BucketBundles
    from ingestion.object_store import object_store

    return BucketBundles(settings.landing_url, object_store(settings, component))


def sync_folder(folder: Path) -> None:
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
