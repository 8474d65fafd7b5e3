"""A home with a handful of events, on which the product runs in this process."""

import shutil
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Any

from ingestion.committed import committed
from ingestion.run import run_once
from ingestion.run_report import RunReport
from ingestion.settings import Settings
from tests.conftest import KNOWN_AT, Ratelake
from tests.job.small_tariffs import (
    ACCOUNT_COLUMNS,
    ACTION_COLUMNS,
    ANNA,
    MARCH_1,
    REFERENCE,
    USAGE_COLUMNS,
    account,
    activation,
    call,
)

Publish = Callable[..., object]


@dataclass(frozen=True)
class SmallHome:
    """One operator: his inbox, his tariffs and his lake."""

    settings: Settings

    def deliver(self, name: str, content: str | bytes) -> None:
        """Put a file into the inbox, such as `usage/calls.csv`."""
        path = self.settings.inbox_folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_bytes(content.encode() if isinstance(content, str) else content)

    def price(self, files: Mapping[str, str]) -> None:
        """Write tariff files, by their names without .csv."""
        self.settings.reference_folder.mkdir(exist_ok=True)
        for name, text in files.items():
            (self.settings.reference_folder / f"{name}.csv").write_text(text)

    def run(self, *, publish: Publish | None = None, known_at: datetime = KNOWN_AT) -> RunReport:
        return run_once(self.settings, as_of=known_at, publish=publish, bar=no_bar)

    def rows(self, sql: str) -> list[tuple[Any, ...]]:
        """What a query says of the last committed run."""
        with committed(self.settings) as spark:
            return [tuple(row) for row in spark.sql(sql).collect()]

    def copied(self, folder: Path) -> "SmallHome":
        """A copy that may be changed, below a folder that has none yet; its tariffs are shared."""
        root = Path(shutil.copytree(self.settings.root, folder / "home"))
        return SmallHome(self.settings.model_copy(update={"home": root}))

    @property
    def commands(self) -> Ratelake:
        """The command line on this home, each command a process of its own."""
        return Ratelake(self.settings)


def small_home(folder: Path) -> SmallHome:
    """A new home with tariffs of its own, all below a folder."""
    (folder / "home").mkdir()
    return SmallHome(Settings(home=folder / "home", reference=folder / "reference"))


def deliver_anna(home: SmallHome) -> None:
    """The small tariffs, and one account with one subscription."""
    home.price(REFERENCE)
    home.deliver("account/a.csv", ACCOUNT_COLUMNS + account("a1"))
    home.deliver("action/a.csv", ACTION_COLUMNS + activation(1, ANNA, "a1"))


def deliver_call(home: SmallHome, name: str, seconds: int = 61) -> None:
    """A file with one call of hers to Germany."""
    usage = call(name, ANNA, "4930123456", MARCH_1, seconds)
    home.deliver(f"usage/{name}.csv", USAGE_COLUMNS + usage)


def no_bar(stage: str) -> Callable[[int, int], None]:
    return lambda done, total: None
