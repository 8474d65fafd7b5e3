"""Where a home's tables are: on this disk, or in a bucket of an object store."""

import re
from collections.abc import Callable, Iterable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager, nullcontext
from dataclasses import dataclass, replace
from functools import cache
from itertools import islice
from typing import Any, TypeVar

from pyarrow.fs import FileInfo, FileSelector, FileSystem, FileType, LocalFileSystem

from ingestion.object_store import ObjectStore, object_store
from ingestion.settings import Settings

AT_ONCE = 16
# as many as an object store takes in one request
DELETED_AT_ONCE = 1_000
COMMIT = re.compile(r"(\d{20})\.(json|checkpoint.*\.parquet)")
One = TypeVar("One")
Other = TypeVar("Other")


@dataclass(frozen=True)
class Folder:
    """A folder on this disk, or what begins with `s3://bucket/prefix` on an object store.

    It can be sent to the engine's tasks, with the keys that it needs.
    """

    url: str
    store: ObjectStore | None = None

    def __truediv__(self, name: str) -> "Folder":
        return replace(self, url=f"{self.url}/{name}")

    def __str__(self) -> str:
        return self.url

    @property
    def is_remote(self) -> bool:
        return self.store is not None

    def names(self) -> list[str]:
        """What is directly in it, in order; nothing when it is not there."""
        return sorted(found.base_name for found in self._found(recursive=False))

    def sizes(self) -> dict[str, int]:
        """The bytes of every file below it, by its path from here."""
        files = (found for found in self._found(recursive=True) if found.type == FileType.File)
        return {found.path.removeprefix(f"{self._path}/"): found.size for found in files}

    def size(self, name: str) -> int | None:
        """The bytes of one file in it; None when there is none."""
        found = self._files().get_file_info(f"{self._path}/{name}")
        return found.size if found.type == FileType.File else None

    def make(self) -> None:
        """Make the folder where folders are made before what is in them."""
        if not self.is_remote:
            self._files().create_dir(self._path, recursive=True)

    def clear(self) -> None:
        """Remove all that is below it."""
        if self.store is None:
            self._files().delete_dir_contents(self._path, missing_dir_ok=True)
            return
        bucket, _, prefix = self._path.partition("/")
        pages = self.store.client().get_paginator("list_objects_v2")
        found = pages.paginate(Bucket=bucket, Prefix=f"{prefix}/")
        self._delete(one["Key"] for page in found for one in page.get("Contents", ()))

    def remove(self, names: Iterable[str]) -> None:
        """Remove files by their paths from here."""
        if self.is_remote:
            prefix = self._path.partition("/")[2]
            self._delete(f"{prefix}/{name}" for name in names)
            return
        for name in names:
            self._files().delete_file(f"{self._path}/{name}")

    def _delete(self, keys: Iterable[str]) -> None:
        """Delete objects of the bucket; pyarrow would put marks for folders in their place."""
        assert self.store is not None
        client, left = self.store.client(), iter(keys)
        while some := [{"Key": key} for key in islice(left, DELETED_AT_ONCE)]:
            client.delete_objects(
                Bucket=self._path.partition("/")[0], Delete={"Objects": some, "Quiet": True}
            )

    def read(self, name: str) -> Any:
        """A file in it, to read parts of."""
        return self._files().open_input_file(f"{self._path}/{name}")

    def write(self, name: str) -> Any:
        """A new file in it, to write in one go."""
        path = f"{self._path}/{name}"
        if not self.is_remote:
            self._files().create_dir(path.rpartition("/")[0], recursive=True)
        return self._files().open_output_stream(path)

    def rename(self, name: str, to: str) -> None:
        self._files().move(f"{self._path}/{name}", f"{self._path}/{to}")

    def reachable(self) -> AbstractContextManager[None]:
        """Within it Sail and deltalake, in this process, read and write what stands here."""
        return nullcontext() if self.store is None else self.store.reachable()

    @property
    def _path(self) -> str:
        return self.url.removeprefix("s3://")

    def _files(self) -> FileSystem:
        return _file_system(self.store)

    def _found(self, *, recursive: bool) -> list[FileInfo]:
        selector = FileSelector(self._path, allow_not_found=True, recursive=recursive)
        return list(self._files().get_file_info(selector))


@cache
def _file_system(store: ObjectStore | None) -> FileSystem:
    """One for each process and account: it keeps its connections."""
    return LocalFileSystem() if store is None else store.files()


def lake(settings: Settings) -> Folder:
    """The home's Delta tables, in <schema>/<table>. Raises ObjectStoreUnknown."""
    if not settings.lake_url:
        return Folder(str(settings.lake))
    return Folder(settings.lake_url.rstrip("/"), object_store(settings, settings.lake_account))


def scratch(settings: Settings) -> Folder:
    """What only one run needs, where each task of the engine can write it; nothing in it outlives
    the next run."""
    return lake(settings) / "scratch" if settings.lake_url else Folder(str(settings.scratch))


def reachable(settings: Settings) -> AbstractContextManager[None]:
    """Within it Sail and deltalake, in this process, reach the lake."""
    return lake(settings).reachable()


def tables(settings: Settings) -> dict[str, str]:
    """Where every Delta table is by its name, such as `rated.usage_outcomes`.

    A table begins with its first commit: what a killed process created but did not commit is none.
    """
    return {name: log.place for name, log in logs(settings).items()}


@dataclass(frozen=True)
class Log:
    """A table's place, its last version, and the last version that a checkpoint holds."""

    place: str
    version: int
    checkpoint: int


def logs(settings: Settings) -> dict[str, Log]:
    """The log of every table by its name."""
    root = lake(settings)
    schemas = [root / name for name in root.names()]
    folders = [
        schema / table
        for schema, names in zip(schemas, at_once(Folder.names, schemas), strict=True)
        for table in names
    ]
    found = zip(folders, at_once(_log, folders), strict=True)
    return {name_of(place.url): log for place, log in found if log is not None}


def _log(place: Folder) -> Log | None:
    names = (place / "_delta_log").names()
    commits = [found for name in names if (found := COMMIT.fullmatch(name))]
    if not commits:
        return None
    return Log(
        place.url,
        version=max(int(commit[1]) for commit in commits),
        checkpoint=max((int(found[1]) for found in commits if found[2] != "json"), default=0),
    )


def place_of(settings: Settings, name: str) -> Folder:
    """Where a table of this name is, or would be."""
    return lake(settings) / name.replace(".", "/", 1)


def name_of(place: str) -> str:
    """The name of the table that is at a place."""
    return ".".join(place.rsplit("/", 2)[1:])


def at_once(call: Callable[[One], Other], things: Iterable[One]) -> Iterator[Other]:
    """What a call gives for each thing, in their order, some at a time: they wait for answers."""
    with ThreadPoolExecutor(AT_ONCE) as threads:
        yield from threads.map(call, things)
