"""Rule 3: the records of one session are one event."""

from collections import defaultdict
from collections.abc import Iterable
from dataclasses import replace
from fractions import Fraction

from tests.oracle.records import Usage


def merge(standing: Iterable[Usage]) -> tuple[list[Usage], list[Usage]]:
    """Split what rules 1 and 2 leave standing into the events to rate and the merged records.

    A record without a session or without a number in it is an event of its own. An event is the
    first record of its session, with the units of all.
    """
    events: list[Usage] = []
    merged: list[Usage] = []
    sessions: dict[tuple[str, str, str], list[Usage]] = defaultdict(list)
    for usage in standing:
        if usage.session_id is None or usage.partial_no is None:
            events.append(usage)
        else:
            sessions[usage.subscriber, usage.service, usage.session_id].append(usage)
    for parts in sessions.values():
        first, *others = sorted(parts, key=lambda usage: (usage.started_at, usage.event_id))
        events.append(replace(first, quantity=sum((part.quantity for part in parts), Fraction(0))))
        merged += others
    return events, merged
