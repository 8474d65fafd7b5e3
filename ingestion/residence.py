"""Where a home's tables and bundles live, which the home remembers, and their way into a bucket."""

import json
import os
import shutil
from collections.abc import Callable, Iterable
from uuid import uuid4

from ingestion.failures import Failure
from ingestion.lake import Folder, at_once, lake
from ingestion.landing.names import ANY_BUNDLE, bundle_number
from ingestion.landing.store import bundle_store
from ingestion.lock import alone
from ingestion.profiles import RESIDENCE, read_residence
from ingestion.settings import Settings

Progress = Callable[[int, int], None]
# what stands in a bucket beside the tables
NO_TABLES = ("_lease/", "scratch/")


class LivesElsewhere(Failure):
    """The settings name another place than that where the home's tables are."""


class NotBrought(Failure):
    """What was written to a bucket is not there whole."""


def home_id(settings: Settings) -> str:
    """A name that no other home has, made when it is first asked for."""
    known = read_residence(settings.root)
    if "home_id" not in known:
        known["home_id"] = uuid4().hex
        _write(settings, known)
    return known["home_id"]


def check_residence(settings: Settings) -> None:
    """Raise LivesElsewhere when the home's tables are not where the settings say, but for those on
    the disk that a run is about to bring into a bucket."""
    lives_at = read_residence(settings.root).get("lake_url", "")
    if lives_at and lives_at != settings.lake_url:
        raise LivesElsewhere(
            f"the tables of home {settings.root} are at {lives_at}, and RATELAKE_LAKE_URL is "
            f"{settings.lake_url!r}; take it out of the environment: the home knows where they are"
        )


def refuse_unmoved(settings: Settings) -> None:
    """Raise LivesElsewhere when there are tables on the disk that are yet to be brought."""
    if settings.lake_url and _has_tables_here(settings):
        raise LivesElsewhere(
            f"the tables of home {settings.root} are on the disk yet: `ratelake run` with the same "
            f"settings brings them to {settings.lake_url}"
        )


def settle(settings: Settings, on_progress: Progress) -> None:
    """Bring tables and bundles that are on the disk to where the settings say, and remember it.

    Killed at any moment it is done again; the disk's are removed when all the others are there.
    """
    remembered = read_residence(settings.root)
    if not settings.lake_url or remembered.get("lake_url") == settings.lake_url:
        _forget_disk(settings, remembered)
        return
    if settings.landing_url:
        _bring_bundles(settings)
    bring_tables(Folder(str(settings.lake)), lake(settings), on_progress)
    places = {"lake_url": settings.lake_url, "landing_url": settings.landing_url}
    _write(settings, {**remembered, **places, "profile": settings.profile})
    shutil.rmtree(settings.lake, ignore_errors=True)


def _forget_disk(settings: Settings, remembered: dict[str, str]) -> None:
    """What a process that was killed just before its end left."""
    if remembered.get("lake_url"):
        shutil.rmtree(settings.lake, ignore_errors=True)


def _has_tables_here(settings: Settings) -> bool:
    return any(settings.lake.glob("*/*/_delta_log/*.json"))


def bring_tables(
    here: Folder, there: Folder, on_progress: Progress = lambda done, total: None
) -> None:
    """Copy every table from one lake to another. Data first, then the logs that name it: a table is
    never there in part."""
    is_there = there.sizes()
    sizes = {path: size for path, size in here.sizes().items() if not path.startswith(NO_TABLES)}
    data = {path for path in sizes if "/_delta_log/" not in path}
    # a file of data never changes under its name
    missing = [path for path in data if is_there.get(path) != sizes[path]]
    _bring(here, there, missing, lambda done: on_progress(done, len(sizes)))
    logs = sorted(sizes.keys() - data)
    _bring(here, there, logs, lambda done: on_progress(len(data) + done, len(sizes)))
    brought = there.sizes()
    if wrong := [path for path in sizes if brought.get(path) != sizes[path]]:
        raise NotBrought(f"{there}/{wrong[0]} is not what was written there; run again")
    on_progress(len(sizes), len(sizes))


def _bring(
    here: Folder, there: Folder, paths: Iterable[str], on_progress: Callable[[int], None]
) -> None:
    def bring(path: str) -> None:
        with here.read(path) as source, there.write(path) as target:
            while part := source.read(2**20):
                target.write(part)

    for done, _ in enumerate(at_once(bring, paths), start=1):
        on_progress(done)


def _bring_bundles(settings: Settings) -> None:
    with alone(settings.collect_lock, "collects for"):
        there = bundle_store(settings, "collect")
        for path in sorted(settings.bundles.glob(ANY_BUNDLE)):
            there.add(bundle_number(path.name), path)


def _write(settings: Settings, known: dict[str, str]) -> None:
    settings.root.mkdir(parents=True, exist_ok=True)
    path = settings.root / RESIDENCE
    unfinished = path.with_suffix(".tmp")
    with unfinished.open("w", encoding="utf-8") as file:
        json.dump(known, file, indent=2)
        file.flush()
        os.fsync(file.fileno())
    unfinished.replace(path)
