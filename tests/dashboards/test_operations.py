"""The operations page: runs, files, dispositions and suspense, and what it says without figures."""

from dashboards.figures import NONE, counted
from tests.dashboards.conftest import OpenPage, metrics, said, tables
from tests.dashboards.known_answers import (
    LAST_MONTH,
    THIS_MONTH,
    KnownAnswers,
    away,
    never_published,
)


def test_the_state_after_the_last_run_comes_first(open_page: OpenPage) -> None:
    page = open_page("operations")
    assert metrics(page) == {
        "Last run": "2, completed",
        "Usage records": "1,000",
        "Rejected": "1.00 %",
        "Suspended": "5.00 %",
        "Rated": "90.00 %",
    }
    assert [metric.delta for metric in page.metric][2:] == [
        "10 records",
        "50 records",
        "900 records",
    ]
    assert "**1,234.50 EUR, 900 JPY**" in said(page)


def test_each_run_shows_what_it_brought(open_page: OpenPage) -> None:
    runs = tables(open_page("operations"))[0]
    times = ["2026-11-01 00:01", "2026-11-01 00:00"]
    assert runs == [
        ["2", *times, "1 min 35 s", "10", "400", "6", "900", "50"],
        ["1", *times, "1 min 35 s", "10", "600", "4", "560", "30"],
    ]


def test_dispositions_are_counted_with_their_share(open_page: OpenPage) -> None:
    page = open_page("operations")
    assert tables(page)[1] == [
        ["rated", NONE, "900", "90.91 %"],
        ["duplicate", NONE, "40", "4.04 %"],
        ["suspended", "unknown subscriber", "35", "3.54 %"],
        ["suspended", "no tariff", "15", "1.52 %"],
    ]
    assert len(page.get("vega_lite_chart")) == 1


def test_suspense_stands_by_reason_and_service(open_page: OpenPage) -> None:
    last, this = LAST_MONTH.isoformat(), THIS_MONTH.isoformat()
    assert tables(open_page("operations"))[2] == [
        ["unknown subscriber", "voice", "30", "1,800", "seconds", last, this],
        ["no tariff", "voice", "15", "900", "seconds", this, this],
    ]


def test_files_stand_by_feed_with_the_rejected_share_and_by_day(open_page: OpenPage) -> None:
    by_feed, by_day = tables(open_page("operations"))[3:]
    assert by_feed == [
        ["account", "1", "4", "0", "0.00 %"],
        ["usage", "6", "1,000", "10", "1.00 %"],
    ]
    assert by_day[1] == ["2026-11-01", "usage", "rejected", "1", "10", "6"]


def test_the_page_says_once_how_fresh_it_is(open_page: OpenPage) -> None:
    assert said(open_page("operations")).count("Fresh as of run 2") == 1


def test_nothing_suspended_is_good_news(answers: KnownAnswers, open_page: OpenPage) -> None:
    answers.waiting = []
    assert "Nothing is suspended" in said(open_page("operations"))


def test_before_the_first_run_the_page_says_what_to_type(
    answers: KnownAnswers, open_page: OpenPage
) -> None:
    answers.failure = never_published()
    assert open_page("operations").subheader[0].value == "Nothing to show yet"


def test_empty_tables_say_what_to_type(answers: KnownAnswers, open_page: OpenPage) -> None:
    empty = KnownAnswers.empty()
    answers.runs, answers.files = empty.runs, empty.files
    assert open_page("operations").subheader[0].value == "Nothing to show yet"


def test_a_store_that_is_away_is_one_sentence(answers: KnownAnswers, open_page: OpenPage) -> None:
    answers.failure = away()
    page = open_page("operations")
    assert len(page.error) == 1
    assert not page.dataframe


def test_one_is_singular() -> None:
    written = [counted(number, "record") for number in (0, 1, 2_000)]
    assert written == ["0 records", "1 record", "2,000 records"]
