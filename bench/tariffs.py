"""Other folders of tariffs for the same usage: plain ones, and ones with very many prefixes."""

import csv
import shutil
from collections.abc import Callable
from pathlib import Path

from sample.destinations import write_destinations

MANY_PREFIXES = 170_000
# no usage is of this service
NO_SERVICE = "none"
Row = dict[str, str]


def plain_tariffs(reference: Path, folder: Path) -> Path:
    """The tariffs with no bundle that anything could use, and all steps counted by event."""
    shutil.copytree(reference, folder)
    _change(folder / "bundles.csv", lambda rows: [rows[0] | {"service": NO_SERVICE}])
    _change(folder / "tariffs.csv", lambda rows: [row | {"tier_scope": "event"} for row in rows])
    return folder


def many_prefixes(reference: Path, folder: Path) -> Path:
    """The tariffs with a full table of destinations."""
    shutil.copytree(reference, folder)
    write_destinations(folder / "destinations.csv", MANY_PREFIXES)
    return folder


def _change(path: Path, change: Callable[[list[Row]], list[Row]]) -> None:
    with path.open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, rows[0])
        writer.writeheader()
        writer.writerows(change(rows))
