"""What one run did, and how long its stages took."""

from dataclasses import dataclass
from datetime import UTC, datetime

from ingestion.closing import Closed
from ingestion.landing.packer import CollectReport
from ingestion.raw.load import LoadReport
from ingestion.report import Reconciliation, Rejection


@dataclass(frozen=True)
class RunReport:
    """What one run did. `reconciliation` covers all runs; None when there is nothing yet."""

    run_id: int
    known_at: datetime
    collected: CollectReport
    loaded: LoadReport
    changed: bool
    restored: list[str]
    rejections: list[Rejection]
    reconciliation: Reconciliation | None
    statements: list[Closed]
    published: object | None
    seconds: dict[str, float]


class Clock:
    """How long each stage of a run took, in seconds."""

    def __init__(self) -> None:
        self.started_at = self._last = datetime.now(UTC)
        self.laps: dict[str, float] = {}

    def lap(self, stage: str) -> None:
        now = datetime.now(UTC)
        self.laps[stage] = round((now - self._last).total_seconds(), 1)
        self._last = now
