"""What an export writes, settled before it begins, so that it can be finished after a kill."""

import json
from collections.abc import Iterable
from dataclasses import asdict, dataclass
from decimal import Decimal
from pathlib import Path

from ingestion.settings import Settings
from statements.export.files import whole
from statements.export.names import ExportFormat


@dataclass(frozen=True)
class Sums:
    """What statements of one currency come to; amounts as decimal texts."""

    currency: str
    statements: int
    lines: int
    net_amount: str
    tax_amount: str
    total_amount: str


@dataclass(frozen=True)
class Part:
    """The statements whose ids are in [first, last]."""

    first: str
    last: str
    sums: tuple[Sums, ...]

    @property
    def statements(self) -> int:
        return sum(one.statements for one in self.sums)

    @property
    def lines(self) -> int:
        return sum(one.lines for one in self.sums)


@dataclass(frozen=True)
class Plan:
    """An export: of which cycles, into which folder, as of which run, in which parts."""

    export_id: str
    cycle: str
    format: ExportFormat
    again: bool
    folder: str
    run_id: int
    known_at: str
    begun_at: str
    parts: tuple[Part, ...]

    @property
    def statements(self) -> int:
        return sum(part.statements for part in self.parts)

    @property
    def lines(self) -> int:
        return sum(part.lines for part in self.parts)

    def sums(self) -> list[Sums]:
        """Of all parts, by currency."""
        found: dict[str, list[Sums]] = {}
        for part in self.parts:
            for one in part.sums:
                found.setdefault(one.currency, []).append(one)
        return [
            Sums(
                currency=currency,
                statements=sum(one.statements for one in ones),
                lines=sum(one.lines for one in ones),
                net_amount=_sum(one.net_amount for one in ones),
                tax_amount=_sum(one.tax_amount for one in ones),
                total_amount=_sum(one.total_amount for one in ones),
            )
            for currency, ones in sorted(found.items())
        ]


def _sum(texts: Iterable[str]) -> str:
    return f"{sum((Decimal(text) for text in texts), Decimal(0)):f}"


def exports_folder(settings: Settings) -> Path:
    return settings.root / "exports"


def new_folder(settings: Settings, cycle: str) -> Path:
    """The first of HOME/exports/<cycle>/1, 2, … that is not there yet."""
    folder = exports_folder(settings) / cycle
    numbers = [int(path.name) for path in folder.glob("*") if path.name.isdecimal()]
    return folder / str(max(numbers, default=0) + 1)


def _place(settings: Settings) -> Path:
    return exports_folder(settings) / "unfinished.json"


def unfinished(settings: Settings) -> Plan | None:
    """The export that was begun and not finished, if there is one and its folder is still there."""
    place = _place(settings)
    if not place.exists():
        return None
    said = json.loads(place.read_text(encoding="utf-8"))
    plan = Plan(
        **said
        | {
            "format": ExportFormat(said["format"]),
            "parts": tuple(
                Part(**part | {"sums": tuple(Sums(**one) for one in part["sums"])})
                for part in said["parts"]
            ),
        }
    )
    return plan if Path(plan.folder).is_dir() else None


def begin(settings: Settings, plan: Plan) -> None:
    """Keep the plan and make its folder: from here on the export can be finished by another."""
    exports_folder(settings).mkdir(parents=True, exist_ok=True)
    with whole(_place(settings)) as place:
        place.write_text(json.dumps(asdict(plan), indent=1), encoding="utf-8")
    Path(plan.folder).mkdir(parents=True, exist_ok=True)


def end(settings: Settings) -> None:
    _place(settings).unlink(missing_ok=True)
