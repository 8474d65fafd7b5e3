"""What planting troubles in a file leaves: its own records, and those of later files."""

from collections import Counter
from dataclasses import dataclass, field

import numpy as np

from sample.events import Events, Integers, join
from sample.outcomes import Outcome
from sample.rating.books import ALWAYS, AT_FIRST, WHEN_LATE


@dataclass
class Planted:
    """What comes of planting: records for this file (behind a row), the next, the late delivery.

    The late delivery turns the records of `late_before` into those of `late_after`.
    """

    here: list[tuple[Integers, Events]] = field(default_factory=list)
    next_file: list[Events] = field(default_factory=list)
    late: list[Events] = field(default_factory=list)
    late_before: list[Events] = field(default_factory=list)
    late_after: list[Events] = field(default_factory=list)
    counts: Counter[str] = field(default_factory=Counter)


def all_events(events: Events, planted: Planted) -> Events:
    """The file's records in no particular order, to be counted."""
    return join([events, *(added for _, added in planted.here)])


def standing(events: Events, planted: Planted) -> list[tuple[Events, int]]:
    """The file's events as they stand in the end, each with the deliveries after which it does.

    Only rated ones matter; what the next file brings is known here already.
    """
    turned = {name for before in planted.late_before for name in rated_ids(before)}
    stays = np.flatnonzero([name not in turned for name in events.event_id])
    added = [*(part for _, part in planted.here), *planted.next_file]
    return [
        (events.take(stays), ALWAYS),
        *((part, ALWAYS) for part in added),
        *((part, AT_FIRST) for part in planted.late_before),
        *((part, WHEN_LATE) for part in [*planted.late_after, *planted.late]),
    ]


def rated_ids(events: Events) -> list[str]:
    return events.event_id[events.outcome == Outcome.RATED].tolist()
