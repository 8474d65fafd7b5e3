"""Rule 7: the one tariff that prices a band segment of an event."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from tests.oracle.reference import Reference
from tests.oracle.reference_rows import Tariff, is_valid
from tests.oracle.where import destination_zone, named_zones

LAST = 10**9


@dataclass(frozen=True)
class Choice:
    """A tariff and the zone in which its plan sees the other number; or why there is none."""

    tariff: Tariff | None
    zone: str | None
    reason: str | None = None


@dataclass(frozen=True)
class _Level:
    tariffs: tuple[Tariff, ...]
    zone: str | None


def chooser(
    reference: Reference,
    *,
    plan_id: str | None,
    service: str,
    direction: str,
    roaming_zone: str,
    counterparty: str | None,
    at: datetime,
) -> Callable[[str | None], Choice]:
    """Return the function that chooses for a band: the plan's own tariffs before those of `*`."""
    levels = []
    for level in dict.fromkeys([plan_id, "*"]):
        if level is None:
            continue
        named = named_zones(reference, level, service, at)
        zone = destination_zone(reference, named, counterparty, at)
        fitting = tuple(
            tariff
            for tariff in reference.tariffs_for(level, service)
            if is_valid((tariff.valid_from, tariff.valid_to), at)
            and tariff.direction in ("*", direction)
            and tariff.roaming_zone in ("*", roaming_zone)
            and tariff.destination_zone in ("*", zone)
        )
        levels.append(_Level(fitting, zone))

    def choose(band: str | None) -> Choice:
        for level in levels:
            fitting = sorted(
                (tariff for tariff in level.tariffs if tariff.band in ("*", band)), key=_rank
            )
            if len(fitting) > 1 and _rank(fitting[0]) == _rank(fitting[1]):
                return Choice(None, level.zone, "ambiguous_tariff")
            if fitting:
                return Choice(fitting[0], level.zone)
        return Choice(None, None, "no_tariff")

    return choose


def _rank(tariff: Tariff) -> tuple[int, int, str]:
    priority = LAST if tariff.priority is None else tariff.priority
    return priority, tariff.wildcards, tariff.tariff_id
