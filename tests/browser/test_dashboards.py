"""The dashboards in a real browser: what a clerk looks up stands there as Cassandra holds it."""

import re
from collections.abc import Iterator

import pytest
from playwright.sync_api import Locator, Page, expect

from dashboards import figures
from ingestion.settings import Settings
from serving.cassandra.answers import Balance, Run
from serving.cassandra.read import Reader
from tests.browser.conftest import Server


@pytest.fixture(scope="session")
def reader(published_home: Settings) -> Iterator[Reader]:
    with Reader(published_home) as opened:
        yield opened


@pytest.fixture(scope="session")
def account(reader: Reader) -> Balance:
    """The account with the most unbilled, so that it has used something."""
    return max(reader.balances(limit=10_000), key=lambda row: row.unbilled_amount or 0)


@pytest.fixture(scope="session")
def run(reader: Reader) -> Run:
    return reader.recent_runs(1)[0]


def metric(page: Page, label: str) -> Locator:
    return page.get_by_test_id("stMetric").filter(has_text=label).get_by_test_id("stMetricValue")


def table(page: Page, says: str) -> Locator:
    """A table as a screen reader is told of it; its rows are what its canvas draws."""
    return page.get_by_role("grid", name=re.compile(says))


def test_an_account_is_looked_up_by_its_id(
    page: Page, server: Server, account: Balance, reader: Reader
) -> None:
    page.goto(server.url)
    expect(page.get_by_role("heading", name="Balances")).to_be_visible()
    box = page.get_by_label("Account id or name")
    box.fill(account.account_id)
    box.press("Enter")
    expect(metric(page, "Owed")).to_have_text(
        figures.money(account.balance_amount, account.currency)
    )
