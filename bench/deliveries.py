"""The sample operator in two deliveries: a small one to warm up on, and the measured one."""

from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.settings import Settings
from sample import generate

WARM_UP_SHARE = 0.1
EVENTS_PER_SUBSCRIBER = 40


@dataclass(frozen=True)
class Deliveries:
    """Usage files that are still held back, with the records in both parts."""

    inbox: Path
    held_back: Path
    warm_up_records: int
    measured_records: int

    def deliver_second(self) -> None:
        """Move what was held back into the inbox."""
        for path in sorted(self.held_back.rglob("*.*")):
            target = self.inbox / path.relative_to(self.held_back)
            target.parent.mkdir(parents=True, exist_ok=True)
            path.rename(target)


def generate_two_deliveries(settings: Settings, records: int) -> Deliveries:
    """Write about `records` usage records and a tenth more, and hold back all but that tenth."""
    events = int(records * (1 + WARM_UP_SHARE))
    manifest = generate(
        settings.root,
        subscribers=max(100, events // EVENTS_PER_SUBSCRIBER),
        events=events,
        seed=1,
        on_progress=lambda done, total: None,
    )
    usage = [file for file in manifest["files"] if file["feed"] == "usage"]
    total = sum(file["records"] for file in usage)
    first = first_files(usage, total * WARM_UP_SHARE / (1 + WARM_UP_SHARE))
    deliveries = Deliveries(
        settings.inbox_folder,
        settings.root / "held_back",
        warm_up_records=sum(file["records"] for file in first),
        measured_records=total - sum(file["records"] for file in first),
    )
    for file in usage:
        if file not in first:
            name = Path(file["feed"]) / file["name"]
            (deliveries.held_back / name).parent.mkdir(parents=True, exist_ok=True)
            (deliveries.inbox / name).rename(deliveries.held_back / name)
    return deliveries


def first_files(files: list[dict[str, Any]], records: float) -> list[dict[str, Any]]:
    """The files by name until they hold so many records."""
    chosen: list[dict[str, Any]] = []
    for file in sorted(files, key=lambda file: str(file["name"])):
        if sum(earlier["records"] for earlier in chosen) >= records:
            break
        chosen.append(file)
    return chosen
