"""The usage files that are not ordinary: late, empty, broken, and those to be delivered later."""

import gzip
from dataclasses import dataclass
from pathlib import Path

from sample.calendar import DAYS
from sample.events import Events, join
from sample.files import FeedFile, as_text, compressed, write_feed_file
from sample.lines import STYLES, USAGE_COLUMNS
from sample.outcomes import Outcome, Tally
from sample.planted import Planted, standing
from sample.planting import Planter
from sample.rating.books import WHEN_LATE, WHEN_REDELIVERED
from sample.reasons import REJECTED_FILE
from sample.usage import UsageWriter

LATE_DAYS = 2
LOCAL_CSV, UTC_GZIP, LOCAL_ZSTD, _ = STYLES


@dataclass(frozen=True)
class Later:
    """Events that other files than the ordinary ones bring, drawn before these are rated."""

    late_file: Events
    missing_accounts: Planted
    late_delivery: Events
    cut_off: Events


def draw_later(writer: UsageWriter, late_count: int, later_count: int) -> Later:
    """Draw them, and let the rater await them at their times."""
    draw = writer.traffic.draw
    late_file = draw(writer.rng(11), late_count, "E", writer.events, (0.0, LATE_DAYS / DAYS))
    planter = Planter(writer.rng(14), writer.traffic, late_file)
    planter.turn_missing_accounts()
    late_delivery = draw(writer.rng(12), later_count, "D", 0, (0.0, 5 / DAYS))
    cut_off = draw(writer.rng(13), later_count, "T", 0, (0.8, 0.9))
    know_accounts(late_delivery)
    know_accounts(cut_off)
    for events, deliveries in standing(late_file, planter.planted):
        writer.rater.await_events(events, deliveries)
    writer.rater.await_events(late_delivery, WHEN_LATE)
    writer.rater.await_events(cut_off, WHEN_REDELIVERED)
    return Later(late_file, planter.planted, late_delivery, cut_off)


def write_late_file(writer: UsageWriter, later: Later) -> None:
    """A file of the period's first days that comes with the last ones."""
    events = later.late_file
    if not events.count:
        return
    writer.written.count(events, later.missing_accounts)
    writer.written.planted["late_file"] += 1
    name = f"usage_{writer.file_count + 1:06d}.{LOCAL_CSV.extension}"
    writer.write(name, LOCAL_CSV, writer.lines(events, LOCAL_CSV), kind="late")


def write_corrections_file(writer: UsageWriter) -> None:
    """What the last ordinary file left for the next one."""
    if not writer.written.carried:
        return
    events = join(writer.written.carried)
    writer.written.tally.add(events)
    name = f"usage_{writer.file_count + 2:06d}.{UTC_GZIP.extension}"
    writer.write(name, UTC_GZIP, writer.lines(events, UTC_GZIP), kind="corrections")


def write_files_without_records(writer: UsageWriter) -> None:
    """One with a header only (fine, and empty), and three that cannot be read."""
    line = "E0,voice,out,,2026-10-20T08:00:00Z,60,,,,,"
    columns = ",".join(name for name in USAGE_COLUMNS if name != "subscriber")
    writer.written.planted["header_only_file"] += 1
    writer.write("usage_header_only.csv", LOCAL_CSV, [], kind="header_only")
    write_unreadable_file(writer, "usage_empty.csv", "empty", b"")
    write_unreadable_file(
        writer, "usage_missing_column.csv", "missing_column", as_text([columns, line])
    )
    text = as_text([",".join(USAGE_COLUMNS), line])
    write_unreadable_file(writer, "usage_plain_text.csv.gz", "plain_text_named_gz", text)


def write_unreadable_file(writer: UsageWriter, name: str, kind: str, content: bytes) -> None:
    """A file of the inbox that is rejected as a whole; `kind` is one of REJECTED_FILE."""
    writer.written.planted[f"{kind}_file"] += 1
    reason = REJECTED_FILE[kind]
    writer.written.files.append(
        write_feed_file(
            writer.inbox, "usage", name, content, kind=kind, status="rejected", reason=reason
        )
    )


def write_late_delivery(
    writer: UsageWriter, folder: Path, events: Events
) -> tuple[FeedFile, Tally]:
    """The second wave: old events, originals of corrections, cancels, duplicates.

    Returns the file and the sums of everything delivered by then, the missing accounts included.
    """
    tally = writer.written.tally.plus(writer.written.late_change)
    tally.add(events)
    everything = join([events, *writer.written.late])
    lines = LOCAL_ZSTD.header + writer.lines(everything, LOCAL_ZSTD)
    content = compressed(as_text(lines), LOCAL_ZSTD.extension)
    name = f"usage_late_000001.{LOCAL_ZSTD.extension}"
    file = write_feed_file(folder, "usage", name, content, kind="late", records=everything.count)
    return file, tally


def write_truncated_file(
    writer: UsageWriter, folder: Path, events: Events
) -> tuple[FeedFile, Tally]:
    """A gzip cut off in its middle; the whole file waits in `folder` to be delivered again.

    Returns the whole file and its sums.
    """
    tally = Tally(writer.written.tally.services)
    tally.add(events)
    lines = UTC_GZIP.header + writer.lines(events, UTC_GZIP)
    content = gzip.compress(as_text(lines), mtime=0)
    name = f"usage_cut_off.{UTC_GZIP.extension}"
    write_unreadable_file(writer, name, "truncated", content[: len(content) * 3 // 5])
    whole = write_feed_file(
        folder, "usage", name, content, kind="redelivered", records=events.count
    )
    return whole, tally


def know_accounts(events: Events) -> None:
    """Events of a later delivery: by then every account is known."""
    events.outcome[events.outcome == Outcome.UNKNOWN_ACCOUNT] = Outcome.RATED
