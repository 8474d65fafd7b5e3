"""Rules 5 and 7: which tariff prices an event, and in which zone its plan sees the other number.

Every combination is worked out once; a call's bands are left aside, so that only its zone is said.
"""

from dataclasses import dataclass
from functools import cache
from itertools import product

import numpy as np

from sample.calendar import Integers
from sample.events import SERVICES, SMS, VOICE, Events
from sample.reference import Reference, Row, epoch

DIRECTIONS = ("out", "in")
MATCHED = ("direction", "roaming_zone", "destination_zone")
second_of = cache(epoch)


@dataclass(frozen=True)
class Choices:
    """Row of reference.tariffs and zone by (service, plan, block, roaming zone, direction, piece).

    A piece is the time between two moments of `breaks`. The last block index stands for a
    counterparty without a number. -1: no tariff. `zone` indexes `zones`.
    """

    breaks: Integers
    tariff: Integers
    zone: Integers
    zones: list[str]

    def choose(self, events: Events) -> tuple[Integers, Integers]:
        """Indexes of tariffs and zones."""
        piece = np.searchsorted(self.breaks, events.started_at, side="right")
        place = (events.service, events.plan, events.block, events.roaming_zone)
        index = (*place, events.direction, piece)
        return self.tariff[index], self.zone[index]


def make_choices(
    reference: Reference, plans: list[str], blocks: list[str], roaming_zones: list[str]
) -> Choices:
    """Work out every combination; `blocks` are the digits that rating sees of called numbers."""
    breaks = sorted(
        {epoch(row[c]) for row in reference.tariffs for c in ("valid_from", "valid_to") if row[c]}
    )
    pieces = [breaks[0] - 1, *breaks]
    ways = [zones_along(digits, reference) for digits in [*blocks, ""]]
    kinds = list(dict.fromkeys(ways))
    zones = sorted({"", *reference.zone_of_prefix.values()})
    shape = (len(SERVICES), len(plans), len(kinds), len(roaming_zones), 2, len(pieces))
    tariff, zone = np.full(shape, -1, np.int64), np.zeros(shape, np.int64)
    for service, plan, piece in product(range(len(SERVICES)), range(len(plans)), range(shape[-1])):
        chooser = Chooser(reference.tariffs, plans[plan], SERVICES[service], pieces[piece])
        first = 0 if service in (VOICE, SMS) else len(kinds) - 1  # the last is without a number
        for kind, roaming, direction in product(range(first, len(kinds)), range(shape[3]), (0, 1)):
            place = (service, plan, kind, roaming, direction, piece)
            tariff[place], name = chooser.choose(
                DIRECTIONS[direction], roaming_zones[roaming], kinds[kind]
            )
            zone[place] = zones.index(name)
    of_block = [kinds.index(way) for way in ways]
    return Choices(np.array(breaks), tariff[:, :, of_block], zone[:, :, of_block], zones)


def zones_along(digits: str, reference: Reference) -> tuple[str, ...]:
    """Zones of all prefixes of a number, the longest prefix first."""
    prefixes = (digits[:length] for length in range(len(digits), 0, -1))
    return tuple(zone for p in prefixes if (zone := reference.zone_of_prefix.get(p)))


class Chooser:
    """One plan's choice for a service at a moment: own tariffs before those of `*`."""

    def __init__(self, tariffs: list[Row], plan: str, service: str, at: int) -> None:
        self.levels = [
            [
                (index, row)
                for index, row in enumerate(tariffs)
                if row["plan_id"] == level and row["service"] == service and is_valid(row, at)
            ]
            for level in (plan, "*")
        ]
        self.named = [{row["destination_zone"] for _, row in level} for level in self.levels]
        self._best: dict[tuple[int, str, str, str], int] = {}

    def choose(self, direction: str, roaming_zone: str, zones: tuple[str, ...]) -> tuple[int, str]:
        """The index of the tariff and the zone that its level sees, or -1 and ''."""
        for level, named in enumerate(self.named):
            zone = next((zone for zone in zones if zone in named), zones[0] if zones else "")
            # a zone that no tariff of the level names meets those for any zone, like the others
            place = (level, direction, roaming_zone, zone if zone in named else "")
            if place not in self._best:
                self._best[place] = self.best(*place)
            if self._best[place] >= 0:
                return self._best[place], zone
        return -1, ""

    def best(self, level: int, direction: str, roaming_zone: str, zone: str) -> int:
        """By priority, then fewest `*`, then id; -1 if none fits."""
        event = {"direction": direction, "roaming_zone": roaming_zone, "destination_zone": zone}
        ranked = [
            (int(row["priority"] or 2**31), stars(row), row["tariff_id"], index)
            for index, row in self.levels[level]
            if fits(row, event)
        ]
        return min(ranked)[-1] if ranked else -1


def fits(row: Row, event: Row) -> bool:
    """Whether a row of tariffs or bundles is for an event, apart from its band."""
    return all(row[column] in ("", "*", event[column]) for column in MATCHED)


def stars(tariff: Row) -> int:
    return sum(tariff[column] in ("", "*") for column in (*MATCHED, "band"))


def is_valid(row: Row, at: int) -> bool:
    begins = not row["valid_from"] or second_of(row["valid_from"]) <= at
    return begins and (not row["valid_to"] or at < second_of(row["valid_to"]))
