"""Plants troubles among the events of one file, and knows what must become of each record."""

import numpy as np

from sample.events import (
    BAD_NETWORK,
    CONTENT,
    DATA,
    KINDS,
    MAX_UNITS,
    NO_NETWORK,
    OUT,
    SMS,
    VOICE,
    Events,
    Integers,
)
from sample.markets import MARKETS
from sample.outcomes import Outcome
from sample.planted import Planted
from sample.traffic import Traffic, unknown_numbers

ORIGINAL, REPLACE, CANCEL = range(len(KINDS))

# no two events share a session; a conflicting copy has one of its own
SESSION_OF_CONFLICT = 9_000_000_000
SESSIONS_OF_STRANGERS = 7_000_000_000


class Planter:
    """Takes rows of one file's rated events, each at most once, and changes or follows them."""

    def __init__(self, rng: np.random.Generator, traffic: Traffic, events: Events) -> None:
        self.rng = rng
        self.traffic = traffic
        self.events = events
        self.planted = Planted()
        ordinary = np.flatnonzero(events.outcome == Outcome.RATED)
        self._free = rng.permutation(ordinary)

    def plant(self, counts: dict[str, int]) -> Planted:
        """Plant each trouble of RATES as often as asked, or as there are rows left."""
        for name, count in counts.items():
            rows, self._free = self._free[:count], self._free[count:]
            if len(rows):
                getattr(self, f"_{name}")(rows)
                self.planted.counts[name] += len(rows)
        return self.planted

    # changed in place

    def _unknown_number(self, rows: Integers) -> None:
        for row in rows:
            region = MARKETS[self.events.market[row]].region
            index = self.rng.integers(0, 1_000_000, 1)
            self.events.number[row] = unknown_numbers(region, index)[0]
        self.events.outcome[rows] = Outcome.UNKNOWN_SUBSCRIBER

    def _unknown_network(self, rows: Integers) -> None:
        self.events.network[rows] = BAD_NETWORK
        self.events.outcome[rows] = Outcome.UNKNOWN_NETWORK

    def _unpriced_destination(self, rows: Integers) -> None:
        events = self.events
        was_voice = events.service[rows] == VOICE
        events.quantity[rows] = np.where(was_voice, np.abs(events.quantity[rows]) + 1, 61)
        events.service[rows] = VOICE
        events.direction[rows] = OUT
        events.network[rows] = NO_NETWORK
        events.roaming_zone[rows] = 0
        events.session[rows] = -1
        events.block[rows] = self.rng.choice(self.traffic.blocks.unpriced, len(rows))
        events.other[rows] = self.traffic.called_numbers(self.rng, events.block[rows])
        events.outcome[rows] = Outcome.NO_TARIFF

    def _refund(self, rows: Integers) -> None:
        self.events.quantity[rows] = -np.maximum(self.events.quantity[rows], 1)

    # copies

    def _duplicate_in_same_file(self, rows: Integers) -> None:
        self._follow(rows, self._copy(rows, Outcome.DUPLICATE))

    def _duplicate_in_other_file(self, rows: Integers) -> None:
        self.planted.next_file.append(self._copy(rows, Outcome.DUPLICATE))

    def _conflict_in_same_file(self, rows: Integers) -> None:
        self._follow(rows, self._with_other_quantity(self._copy(rows, Outcome.CONFLICT)))

    def _conflict_in_other_file(self, rows: Integers) -> None:
        """Only the session differs: which of the two files is known first changes no sum."""
        copies = self._copy(rows, Outcome.CONFLICT)
        copies.session[:] = SESSION_OF_CONFLICT + np.arange(len(rows))
        self.planted.next_file.append(copies)

    # corrections

    def _replace_in_same_file(self, rows: Integers) -> None:
        self._follow(rows, self._replacement(rows, "R"))

    def _replace_under_same_id(self, rows: Integers) -> None:
        self._follow(rows, self._replacement(rows, ""))

    def _replace_in_other_file(self, rows: Integers) -> None:
        self.planted.next_file.append(self._replacement(rows, "R"))

    def _replace_twice(self, rows: Integers) -> None:
        first, second = self._replacement(rows, "R"), self._replacement(rows, "Q")
        first.outcome[:] = Outcome.SUPERSEDED
        second = self._with_other_quantity(second)
        self._follow(rows, first, second)

    def _cancel_in_same_file(self, rows: Integers) -> None:
        self._follow(rows, self._cancellation(rows, "C"))

    def _cancel_under_same_id(self, rows: Integers) -> None:
        self._follow(rows, self._cancellation(rows, ""))

    def _cancel_in_other_file(self, rows: Integers) -> None:
        self.planted.next_file.append(self._cancellation(rows, "C"))

    def _cancel_after_replace(self, rows: Integers) -> None:
        replacement = self._replacement(rows, "R")
        replacement.outcome[:] = Outcome.CANCELLED
        self._follow(rows, replacement, self._cancellation(rows, "C"))

    def _replace_before_original(self, rows: Integers) -> None:
        self._before_original(rows, REPLACE)

    def _cancel_before_original(self, rows: Integers) -> None:
        self._before_original(rows, CANCEL)

    def _replace_of_unknown(self, rows: Integers) -> None:
        self._follow_unknown(rows, REPLACE)

    def _cancel_of_unknown(self, rows: Integers) -> None:
        self._follow_unknown(rows, CANCEL)

    def _follow_unknown(self, rows: Integers, kind: int) -> None:
        correction = self._of_unknown(self._copy(rows, Outcome.RATED), kind, "N")
        self._leave_session(correction, 0)
        self._follow(rows, correction)

    def _leave_session(self, events: Events, offset: int) -> None:
        """Copies that are events of their own have sessions of their own."""
        moved = events.session + SESSIONS_OF_STRANGERS + offset
        events.session = np.where(events.session >= 0, moved, -1)

    def _before_original(self, rows: Integers, kind: int) -> None:
        """A correction here; its original, an event of its own, comes in the late delivery."""
        original = self._copy(rows, Outcome.SUPERSEDED if kind == REPLACE else Outcome.CANCELLED)
        original.event_id = "L" + original.event_id
        self._leave_session(original, 1_000_000_000)
        self.planted.late.append(original)
        correction = self._of_unknown(original.take(np.arange(len(rows))), kind, "")
        self._follow(rows, correction)
        self._turn(correction, Outcome.RATED if kind == REPLACE else Outcome.CANCEL)

    def _duplicate_in_late_delivery(self, rows: Integers) -> None:
        self.planted.late.append(self._copy(rows, Outcome.DUPLICATE))

    def _cancel_in_late_delivery(self, rows: Integers) -> None:
        self._turn(self._copy(rows, Outcome.RATED), Outcome.CANCELLED)
        cancellation = self._copy(rows, Outcome.CANCEL)
        cancellation.kind[:] = CANCEL
        self._aim(cancellation, "C")
        self.planted.late.append(cancellation)

    def turn_missing_accounts(self) -> None:
        """The late delivery brings the accounts that the inbox lacks."""
        rows = np.flatnonzero(self.events.outcome == Outcome.UNKNOWN_ACCOUNT)
        self._turn(self.events.take(rows), Outcome.RATED)

    def _turn(self, before: Events, outcome: Outcome) -> None:
        after = before.take(np.arange(before.count))
        after.outcome[:] = outcome
        self.planted.late_before.append(before)
        self.planted.late_after.append(after)

    def _of_unknown(self, events: Events, kind: int, missing: str) -> Events:
        events.target = missing + events.event_id
        events.event_id = ("R" if kind == REPLACE else "C") + missing + events.event_id
        events.kind[:] = kind
        events.outcome[:] = Outcome.UNKNOWN_TARGET
        return self._with_other_quantity(events) if kind == REPLACE else events

    def _replacement(self, rows: Integers, prefix: str) -> Events:
        self.events.outcome[rows] = Outcome.SUPERSEDED
        copies = self._copy(rows, Outcome.RATED)
        copies.kind[:] = REPLACE
        self._aim(copies, prefix)
        return self._with_other_quantity(copies)

    def _cancellation(self, rows: Integers, prefix: str) -> Events:
        self.events.outcome[rows] = Outcome.CANCELLED
        copies = self._copy(rows, Outcome.CANCEL)
        copies.kind[:] = CANCEL
        self._aim(copies, prefix)
        return copies

    def _aim(self, corrections: Events, prefix: str) -> None:
        """Under an id of its own it names its target; under the same id it needs none."""
        if prefix:
            corrections.target = corrections.event_id
            corrections.event_id = prefix + corrections.event_id

    def _copy(self, rows: Integers, outcome: Outcome) -> Events:
        copies = self.events.take(rows)
        copies.outcome[:] = outcome
        return copies

    def _with_other_quantity(self, events: Events) -> Events:
        """Another quantity of the same service, never the same."""
        units, service = events.quantity, events.service
        flat = units % 7 + 2
        events.quantity = np.where(
            (service == SMS) | (service == CONTENT),
            np.where(flat > MAX_UNITS, 1, flat),
            units + np.where(service == DATA, 102_400, 17),
        )
        return events

    def _follow(self, rows: Integers, *groups: Events) -> None:
        """Add records to this file behind their rows, the groups in the order given."""
        after = rows
        for events in groups:
            after = self.rng.integers(after, self.events.count)
            self.planted.here.append((after, events))
