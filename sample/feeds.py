"""Writes a sample operator's feed files, and the manifest of what is in them."""

import json
from collections import Counter
from pathlib import Path
from typing import Any

from ingestion.failures import Failure
from ingestion.settings import FEEDS, PROJECT
from sample.calendar import DAYS, END, START, iso_utc
from sample.deliveries import (
    draw_later,
    write_corrections_file,
    write_files_without_records,
    write_late_delivery,
    write_late_file,
    write_truncated_file,
)
from sample.files import FeedFile
from sample.people import People
from sample.purchases import Purchase, draw_purchases, planted_of
from sample.rating.books import DELIVERIES
from sample.rating.instances import Instances
from sample.rating.offers import Offers
from sample.rating.rater import Rater
from sample.rating.usages import UsageReader
from sample.reference import Reference
from sample.subscribers import make_subscribers
from sample.traffic import Traffic
from sample.usage import Progress, UsageWriter, Written

MOST_SUBSCRIBERS = 20_000_000
MOST_EVENTS = 10**9


class InvalidSize(Failure, ValueError):
    """A sample operator of an impossible size was asked for."""

    def __init__(self, name: str, value: int, most: int) -> None:
        super().__init__(f"{name} = {value}; allowed: 1 to {most}")


class InboxNotEmpty(Failure, FileExistsError):
    """The home already holds files that a sample operator would mix with."""

    def __init__(self, inbox: Path, name: str) -> None:
        super().__init__(f"{inbox} already holds {name}; expected an empty inbox, or another home")


def generate(
    home: Path,
    *,
    subscribers: int = 5_000,
    events: int = 200_000,
    seed: int = 1,
    on_progress: Progress = lambda done, total: None,
    reference: Path = PROJECT / "seeds",
) -> dict[str, Any]:
    """Write a synthetic operator's feed files below home/inbox, and return the manifest of them.

    `events` counts the distinct usage events of the inbox; duplicates, conflicts, corrections and
    unreadable records come on top. The same arguments write the same bytes. The manifest is also
    home/generated/manifest.json. home/generated/late/<feed>/ and home/generated/redelivered/usage/
    hold a second and a third delivery, to be moved into the inbox later, in this order.
    `on_progress` gets (files done, files in total).
    Raises InvalidSize, and InboxNotEmpty if the inbox has files.
    """
    check_size("subscribers", subscribers, MOST_SUBSCRIBERS)
    check_size("events", events, MOST_EVENTS)
    check_empty(home / "inbox")
    tables = Reference(reference)
    traffic = Traffic.of(tables, make_subscribers(tables, subscribers, seed))
    sizes = {"seed": seed, "subscribers": subscribers, "events": events}
    manifest = sizes | write_feeds(home, traffic, events, seed, on_progress)
    text = json.dumps(manifest, indent=1, ensure_ascii=False) + "\n"
    (home / "generated" / "manifest.json").write_text(text, encoding="utf-8")
    return manifest


def check_size(name: str, value: int, most: int) -> None:
    """Refuse what cannot be drawn, or would need more numbers than the blocks hold."""
    if not 1 <= value <= most:
        raise InvalidSize(name, value, most)


def check_empty(inbox: Path) -> None:
    """Refuse an inbox that has files."""
    for path in sorted(inbox.rglob("*")):
        if path.is_file():
            raise InboxNotEmpty(inbox, str(path.relative_to(inbox)))


def write_feeds(
    home: Path, traffic: Traffic, events: int, seed: int, on_progress: Progress
) -> dict[str, Any]:
    """All files of all deliveries, in order; returns what the manifest says of them."""
    inbox, generated = home / "inbox", home / "generated"
    late_count, later_count = events // 100, max(20, events // 200)
    offers = Offers(traffic.reference)
    bought = draw_purchases(offers, traffic.subscribers, seed)
    people = People(traffic.subscribers, bought, seed, traffic.local_time)
    people_files, late_people = people.write(inbox, generated / "late")
    writer = UsageWriter(
        inbox, traffic, make_rater(traffic, offers, bought), events - late_count, events, seed
    )
    later = draw_later(writer, late_count, later_count)
    writer.write_ordinary_files(on_progress)
    writer.rater.finish()
    write_late_file(writer, later)
    write_corrections_file(writer)
    write_files_without_records(writer)
    late, after_late = write_late_delivery(writer, generated / "late", later.late_delivery)
    whole, lost = write_truncated_file(writer, generated / "redelivered", later.cut_off)
    on_progress(writer.file_count + 1, writer.file_count + 1)
    planted = writer.written.planted + Counter(traffic.subscribers.planted | planted_of(bought))
    tallies = (writer.written.tally, after_late, after_late.plus(lost))
    return {
        "period": {"from": iso_utc(START), "to": iso_utc(END), "days": DAYS},
        **manifest_of_inbox([*people_files, *writer.written.files], writer.written),
        "late_files": [file.as_manifest() for file in (*late_people, late)],
        "lost_until_redelivered": whole.as_manifest(),
        "planted": dict(sorted(planted.items())),
        "payments": people.payment_sums(),
        **{
            delivery: tally.as_manifest() | writer.rater.as_manifest(delivery)
            for delivery, tally in zip(DELIVERIES, tallies, strict=True)
        },
    }


def make_rater(traffic: Traffic, offers: Offers, bought: list[Purchase]) -> Rater:
    """What knows the subscribers' bundles, and what usage costs."""
    reference, subscribers = traffic.reference, traffic.subscribers
    reader = UsageReader.of(reference, subscribers, traffic.blocks, traffic.local_time)
    return Rater(
        reference, reader, Instances(offers, reader.ways, subscribers, reader.cycles, bought)
    )


def manifest_of_inbox(files: list[FeedFile], written: Written) -> dict[str, Any]:
    """The files of the inbox one by one, and what intake must count."""
    reasons = Counter(file.reason for file in files if file.reason)
    return {
        "files": [file.as_manifest() for file in files],
        "received": {feed: sums_of(files, feed) for feed in FEEDS},
        "rejected_records": dict(sorted(written.rejected.items())),
        "rejected_files": dict(sorted(reasons.items())),
        "duplicate_files": sum(file.status == "duplicate" for file in files),
    }


def sums_of(files: list[FeedFile], feed: str) -> dict[str, int]:
    """Loaded files of a feed, their records, and those rejected among these."""
    loaded = [file for file in files if file.feed == feed and file.status == "loaded"]
    return {
        "files": len(loaded),
        "records": sum(file.records for file in loaded),
        "rejected_records": sum(file.rejected_records for file in loaded),
    }
