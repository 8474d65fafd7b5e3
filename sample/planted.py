"""What planting troubles in a file leaves: its own records, and those of later files."""

from collections import Counter
from dataclasses import dataclass, field

from sample.events import Events, Integers, join


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
