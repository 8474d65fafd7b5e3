"""One inbox with every kind of trouble through a whole run: all of it is told, none of it lost."""

from collections import Counter
from dataclasses import dataclass

import pytest

from ingestion.report import Reconciliation
from ingestion.run_report import RunReport
from tests.job.small_home import SmallHome, small_home
from tests.job.small_tariffs import REFERENCE
from tests.lake import versions
from tests.load.troubled_inbox import FILES
from tests.load.troubled_tables import REJECTED, SOURCE_FILES, USAGE


@dataclass(frozen=True)
class Ran:
    """A home after a run over the troubled inbox, and what the run said."""

    home: SmallHome
    report: RunReport

    @property
    def reconciliation(self) -> Reconciliation:
        assert self.report.reconciliation is not None
        return self.report.reconciliation


@pytest.fixture(scope="module")
def ran(tmp_path_factory: pytest.TempPathFactory) -> Ran:
    home = small_home(tmp_path_factory.mktemp("troubled"))
    home.price(REFERENCE)
    for name, content in FILES.items():
        home.deliver(name, content)
    return Ran(home, home.run())


def test_every_rejected_file_and_record_is_in_the_report_by_its_reason(ran: Ran) -> None:
    files = Counter(
        (feed, reason)
        for (feed, _), (status, reason, *_) in SOURCE_FILES.items()
        if status == "rejected"
    )
    feeds = {"a.csv": "account", "p.csv": "payment"}
    records = Counter((feeds.get(file, "usage"), reason) for file, _, reason, *_ in REJECTED)
    told = {(bool(row.record_no), row.feed, row.reason): row.count for row in ran.report.rejections}
    assert told == {
        **{(False, *what): count for what, count in files.items()},
        **{(True, *what): count for what, count in records.items()},
    }
    assert len(told) == len(ran.report.rejections)


def test_the_report_names_place_value_and_what_is_allowed(ran: Ran) -> None:
    [told] = [row for row in ran.report.rejections if row.reason == "time_without_offset"]
    assert (told.file_name, told.record_no) == ("bad.csv", 2)
    assert told.detail.startswith("column started_at: got '2026-03-01T07:00:00'; allowed: ")


def test_every_record_received_is_rejected_or_disposed_of(ran: Ran) -> None:
    received = sum(row[2] for (feed, _), row in SOURCE_FILES.items() if feed == "usage")
    found = ran.reconciliation
    assert (found.received, found.disposed) == (received, len(USAGE))
    assert found.rejected == received - len(USAGE)
    # the tariffs price data, but no call abroad; of two numbers one is held
    assert {(row.disposition, row.reason): row.records for row in found.dispositions} == {
        ("rated", ""): 1,
        ("suspended", "no_tariff"): 5,
        ("suspended", "unknown_subscriber"): 2,
    }


def test_every_file_is_counted_by_feed_and_status(ran: Ran) -> None:
    expected: dict[str, Counter[str]] = {}
    for (feed, _), (status, *_) in SOURCE_FILES.items():
        expected.setdefault(feed, Counter())[status] += 1
    assert ran.reconciliation.files == expected


def test_what_is_left_in_the_inbox_or_renamed_is_told(ran: Ran) -> None:
    assert [name for name, _ in ran.report.collected.skipped] == ["cdr", "usage/open.csv.tmp"]
    assert [name for name, _ in ran.report.collected.renamed] == [r"usage/a\n\x1b[31m..\b.csv"]


def test_a_second_run_takes_none_of_it_again(ran: Ran) -> None:
    before = versions(ran.home.settings)
    assert not ran.home.run().changed
    assert versions(ran.home.settings) == before


def test_the_mended_file_is_taken_whole(ran: Ran) -> None:
    ran.home.deliver("usage/mended.csv", FILES["usage/plain.csv.gz"])
    report = ran.home.run()
    assert report.loaded.feeds["usage"].files == {"loaded": 1}
    assert report.reconciliation is not None
    counted = {row.disposition: row.records for row in report.reconciliation.dispositions}
    # its four records are those of good.csv.gz, which came before
    assert counted["duplicate"] == 4
