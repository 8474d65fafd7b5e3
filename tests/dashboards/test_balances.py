"""The balances page: the list, the search, one account, and what it says without figures."""

import pytest
from streamlit.testing.v1 import AppTest

from dashboards import queries
from dashboards.figures import NONE
from tests.dashboards.conftest import OpenPage, metrics, said, tables
from tests.dashboards.known_answers import (
    LAST_MONTH,
    MARKUP,
    THIS_MONTH,
    KnownAnswers,
    away,
    balance,
    never_published,
)


def test_without_an_account_all_are_listed_with_what_they_owe(open_page: OpenPage) -> None:
    page = open_page("balances")
    assert "**4 accounts**" in said(page)
    assert tables(page) == [
        [
            ["A1", "Zoë Müller", "EUR", "30.00", "90.25", "40.00", "10.00", "100.00", "120.25 %"],
            ["A2", "José García", "EUR", "0.00", "0.00", "12.30", "12.30", NONE, NONE],
            ["A3", "García & Sons", "JPY", "5,000", "0", "5,000", "0", "9,000", "55.56 %"],
            ["A4", MARKUP, "EUR", "0.005", "0.00", "0.005", "0.00", NONE, NONE],
        ]
    ]
    assert "knows all that came by 2026-11-01 00:00 UTC" in said(page)


def test_a_long_list_shows_the_first_hundred_by_id(
    answers: KnownAnswers, open_page: OpenPage
) -> None:
    answers.accounts = [balance(f"A{number:03}", "Anna", "1", "0", "0") for number in range(150)]
    page = open_page("balances")
    assert "**150 accounts**; the first 100 are listed" in said(page)
    assert [row[0] for row in tables(page)[0]] == [f"A{number:03}" for number in range(100)]


def test_the_list_can_stand_in_the_order_of_the_limit_used(open_page: OpenPage) -> None:
    page = open_page("balances", order="Most of the credit limit used")
    assert [row[0] for row in tables(page)[0]] == ["A1", "A3", "A2", "A4"]


@pytest.mark.parametrize("sought", ["A1", " A1 ", "zoe", "MÜLLER"])
def test_an_account_is_found_by_its_id_or_a_part_of_its_name(
    open_page: OpenPage, sought: str
) -> None:
    page = open_page("balances", account=sought)
    assert page.header[0].value == "Zoë Müller"
    assert metrics(page) == {
        "Owed (EUR)": "30.00",
        "Unbilled (EUR)": "90.25",
        "Billed (EUR)": "40.00",
        "Paid (EUR)": "10.00",
        "Credit limit (EUR)": "100.00",
    }
    assert "time zone **Europe\\/Vienna**" in said(page)
    assert "known at 2026-11-01 01:00 Europe/Vienna" in said(page)
    assert "Owed and unbilled are 20.25 EUR more than the limit (120.25 % used)" in said(page)


def test_a_part_of_several_names_lists_them(open_page: OpenPage) -> None:
    page = open_page("balances", account="garcia")
    assert [row[0] for row in tables(page)[0]] == ["A2", "A3"]


def test_amounts_have_the_digits_of_the_accounts_currency(open_page: OpenPage) -> None:
    page = open_page("balances", account="A3")
    assert metrics(page)["Owed (JPY)"] == "5,000"


def test_usage_is_shown_by_day_and_service_and_by_zone(open_page: OpenPage) -> None:
    page = open_page("balances", account="A1")
    by_day, by_zone = tables(page)
    assert by_day == [
        [THIS_MONTH.isoformat(), "voice", "4", "245", "seconds", "120.15"],
        [THIS_MONTH.isoformat(), "data", "2", "1,048,576", "bytes", "0.10"],
        [LAST_MONTH.isoformat(), "sms", "4", "4", "messages", "10.00"],
    ]
    assert by_zone == [
        ["national", "7", "110.10", "84.53 %"],
        ["abroad", "1", "20.05", "15.39 %"],
        ["no zone", "2", "0.10", "0.08 %"],
    ]
    assert "**130.25 EUR** before tax for **10 events**" in said(page)
    assert len(page.get("vega_lite_chart")) == 2


def test_the_months_in_the_address_choose_the_usage(open_page: OpenPage) -> None:
    page = open_page("balances", account="A1", **{"from": f"{THIS_MONTH:%Y-%m}"})
    assert [row[1] for row in tables(page)[0]] == ["voice", "data"]
    assert f"**120.25 EUR** before tax for **6 events**, {THIS_MONTH:%Y-%m}," in said(page)


def test_nonsense_in_the_address_is_ignored(open_page: OpenPage) -> None:
    page = open_page("balances", account="A1", **{"from": "DROP TABLE", "to": "9999-99"})
    assert "**10 events**" in said(page)


def test_an_account_without_usage_says_so(open_page: OpenPage) -> None:
    page = open_page("balances", account="A2")
    assert "No rated usage from" in said(page)


def test_a_name_with_markup_is_shown_as_it_is(open_page: OpenPage) -> None:
    page = open_page("balances", account="A4")
    assert page.header[0].value.startswith(r"\*Stars\* \[link\]")


def test_an_unknown_account_says_so_and_leads_back_to_the_list(open_page: OpenPage) -> None:
    page = open_page("balances", account="B*77")
    assert page.subheader[0].value == "No such account"
    assert r"the id **B\*77**" in said(page)
    button(page, "Show all accounts").click().run()
    assert "**4 accounts**" in said(page)


def test_before_the_first_run_the_page_says_what_to_type(
    answers: KnownAnswers, open_page: OpenPage
) -> None:
    answers.failure = never_published()
    page = open_page("balances")
    assert page.subheader[0].value == "Nothing to show yet"
    assert [code.value for code in page.code] == ["make run"]


def test_empty_tables_say_what_to_type(answers: KnownAnswers, open_page: OpenPage) -> None:
    answers.accounts = []
    assert open_page("balances").subheader[0].value == "Nothing to show yet"


def test_a_store_that_is_away_is_one_sentence_and_can_be_tried_again(
    answers: KnownAnswers, open_page: OpenPage
) -> None:
    answers.failure = away()
    page = open_page("balances", account="A1")
    assert len(page.error) == 1
    assert "no Cassandra answers at 127" in page.error[0].value
    assert "Traceback" not in said(page)
    answers.failure = None
    button(page, "Try again").click().run()
    assert page.header[0].value == "Zoë Müller"


def test_a_reader_that_failed_is_closed_and_made_anew(
    answers: KnownAnswers, open_page: OpenPage
) -> None:
    answers.failure = away()
    open_page("balances")
    assert answers.is_closed


def test_an_answer_is_kept_for_seconds_only() -> None:
    assert 0 < queries.KEPT_SECONDS <= 60


def test_every_page_says_that_there_is_no_sign_in(open_page: OpenPage) -> None:
    for name in ("balances", "operations"):
        assert "Local, no sign-in" in said(open_page(name))


def button(page: AppTest, label: str):  # type: ignore[no-untyped-def]
    return next(button for button in page.button if button.label == label)
