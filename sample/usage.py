"""Writes the usage feed file by file, and keeps the sums of what was written."""

from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import numpy as np

from sample.events import SERVICES, Events, Integers, join
from sample.files import FeedFile, as_text, compressed, write_feed_file
from sample.lines import STYLES, Style, usage_lines
from sample.outcomes import Tally
from sample.planted import Planted, all_events, standing
from sample.planting import Planter
from sample.rating.rater import Rater
from sample.reasons import reason_of
from sample.traffic import Traffic
from sample.troubles import CUT_SHORT, UNREADABLE, Plan, unreadable

RECORDS_PER_FILE = 25_000
LEAST_FILES = 4
DUPLICATE_FILE_EVERY = 20
DUPLICATE_FILES = (1, 3, 5)
Progress = Callable[[int, int], None]


@dataclass
class Written:
    """What grows from file to file: sums and the few records carried on, never all events.

    `late_change` is what the late delivery changes in `tally`; `late` are records it brings.
    """

    tally: Tally
    late_change: Tally
    files: list[FeedFile] = field(default_factory=list)
    planted: Counter[str] = field(default_factory=Counter)
    rejected: Counter[str] = field(default_factory=Counter)
    carried: list[Events] = field(default_factory=list)
    late: list[Events] = field(default_factory=list)

    def count(self, events: Events, planted: Planted) -> None:
        """Add one file's records to the sums."""
        self.tally.add(all_events(events, planted))
        for before in planted.late_before:
            self.late_change.add(before, -1)
        for after in [*planted.late_after, *planted.late]:
            self.late_change.add(after)
        self.late += planted.late
        self.planted += planted.counts


class UsageWriter:
    """Draws, plants, counts and writes; each file has a random stream of its own."""

    def __init__(
        self, inbox: Path, traffic: Traffic, rater: Rater, events: int, total: int, seed: int
    ) -> None:
        """`events` go into the ordinary files; a `total` sets how much is planted in them."""
        self.inbox = inbox
        self.traffic = traffic
        self.rater = rater
        self.events = events
        self.seed = seed
        self.written = Written(Tally(SERVICES), Tally(SERVICES))
        by_size = -(-events // RECORDS_PER_FILE)
        self.file_count = max(by_size, min(LEAST_FILES, -(-events // 50)))
        self.plan = Plan.of(total, self.file_count)

    def rng(self, stream: int, index: int = 0) -> np.random.Generator:
        """A random stream by purpose and file."""
        return np.random.default_rng([self.seed, stream, index])

    def write_ordinary_files(self, on_progress: Progress) -> None:
        """The files of the period in the order of time, with everything planted in them."""
        for index in range(self.file_count):
            on_progress(index, self.file_count + 1)
            self._ordinary_file(index)

    def _ordinary_file(self, index: int) -> None:
        first = index * self.events // self.file_count
        last = (index + 1) * self.events // self.file_count
        rng = self.rng(10, index)
        share = (index / self.file_count, (index + 1) / self.file_count)
        events = self.traffic.draw(rng, last - first, "E", first, share)
        planter = Planter(rng, self.traffic, events)
        planter.turn_missing_accounts()
        planted = planter.plant(self.plan.share(index))
        self.written.count(events, planted)
        self.rater.take(standing(events, planted))
        style = STYLES[index % len(STYLES)]
        lines = self.merged_lines(events, planted.here, style) + self._carried_lines(style)
        self.written.carried = planted.next_file
        broken = self._add_unreadable(rng, index, lines, style)
        name = f"usage_{index + 1:06d}.{style.extension}"
        self.write(name, style, lines, rejected_records=broken)
        if index in DUPLICATE_FILES or index % DUPLICATE_FILE_EVERY == DUPLICATE_FILE_EVERY - 1:
            self._duplicate(name)

    def _carried_lines(self, style: Style) -> list[str]:
        if not self.written.carried:
            return []
        events = join(self.written.carried)
        self.written.tally.add(events)
        return self.lines(events, style)

    def lines(self, events: Events, style: Style) -> list[str]:
        """One line per event."""
        networks = self.traffic.subscribers.networks
        return usage_lines(events, style, self.traffic.local_time, networks)

    def merged_lines(
        self, events: Events, here: list[tuple[Integers, Events]], style: Style
    ) -> list[str]:
        """Lines of the events, each planted record behind the row it belongs to."""
        lines = self.lines(events, style)
        behind = [
            (int(row), line)
            for after, added in here
            for row, line in zip(after, self.lines(added, style), strict=True)
        ]
        behind.sort(key=lambda pair: pair[0])
        merged: list[str] = []
        start = 0
        for row, line in behind:
            merged += [*lines[start : row + 1], line]
            start = row + 1
        return merged + lines[start:]

    def _add_unreadable(
        self, rng: np.random.Generator, index: int, lines: list[str], style: Style
    ) -> int:
        """Broken copies of lines, at random places."""
        readable = list(lines)
        counts = self.plan.unreadable_share(index)
        names = [name for name in (*UNREADABLE, CUT_SHORT) for _ in range(counts)]
        for name in names:
            line = readable[int(rng.integers(len(readable)))]
            where = int(rng.integers(len(lines) + 1))
            lines.insert(where, unreadable(line, style, name))
            self.written.rejected[reason_of(name, style.is_json)] += 1
            self.written.planted[f"unreadable_{name}"] += 1
        return len(names)

    def write(self, name: str, style: Style, lines: list[str], **about: Any) -> None:
        """Write lines with the style's header as one loaded file of the inbox."""
        content = compressed(as_text(style.header + lines), style.extension)
        about = {"records": len(lines)} | about
        self.written.files.append(write_feed_file(self.inbox, "usage", name, content, **about))

    def _duplicate(self, name: str) -> None:
        content = (self.inbox / "usage" / name).read_bytes()
        copy = name.replace("usage_", "usage_again_")
        file = write_feed_file(
            self.inbox, "usage", copy, content, kind="duplicate", status="duplicate"
        )
        self.written.planted["duplicate_file"] += 1
        self.written.files.append(file)
