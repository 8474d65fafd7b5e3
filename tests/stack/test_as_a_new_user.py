"""The steps of docs/operations.md: a partner's file becomes a charge that an analyst sees in Trino
and a balance that finance sees in the dashboards, on the servers of `ratelake up`."""

import json
from collections.abc import Iterator

import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards import figures
from ingestion.settings import Settings
from serving.cassandra.read import Reader
from tests.browser.conftest import serving
from tests.conftest import AS_OF
from tests.integration.two_datacenters import checksums
from tests.lake import differences, lake
from tests.sign_in.conftest import password
from tests.stack.stack_home import StackHome

pytestmark = pytest.mark.stack
CHARGE = """
select charge_amount, account_id
from lake.rated.usage_charges
where event_id = ?
"""


@pytest.fixture(scope="module")
def run(on_stack: StackHome) -> StackHome:
    """The first run on the stack, with a partner's file."""
    on_stack.bring_call("from_partner")
    on_stack.run("--profile", "stack")
    return on_stack


def test_every_server_answers(run: StackHome) -> None:
    shown = json.loads(run.ratelake("status", "--format", "json").stdout)
    assert [part["name"] for part in shown if not part["is_answering"]] == []
    memory = sum(part["memory_bytes"] for part in shown)
    assert memory < 12 * 10**9


def test_the_rows_are_those_of_a_home_on_the_disk(run: StackHome) -> None:
    assert differences(run.rows(), lake(run.beside.settings)) == {}
    assert not run.settings.lake.exists()


def test_a_second_run_changes_nothing(run: StackHome) -> None:
    before = run.rows()
    report = json.loads(run.ratelake("run", "--format", "json", *AS_OF).stdout)
    assert report["changed"] is False
    assert differences(run.rows(), before) == {}


def test_both_data_centres_hold_what_was_published(run: StackHome) -> None:
    assert checksums(run.settings, "dc1") == checksums(run.settings, "dc2")


def test_an_analyst_sees_the_charge_in_trino(run: StackHome) -> None:
    [[amount, account]] = run.ask_as("analyst", CHARGE, "from_partner")
    shown = run.beside(
        "query",
        "--format",
        "json",
        "select charge_amount, account_id from rated.usage_charges where event_id = 'from_partner'",
    )
    [expected] = json.loads(shown.stdout)
    assert f"{amount}" == f"{expected['charge_amount']}"
    assert account == expected["account_id"]
    masked = "select distinct subscriber from lake.raw.usage"
    assert run.ask_as("analyst", masked) == [["***"]]


@pytest.fixture
def page(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield context.new_page()
    context.close()


def test_finance_sees_the_balance_in_the_dashboards(run: StackHome, page: Page) -> None:
    [[_, account_id]] = run.ask_as("finance", CHARGE, "from_partner")
    [balance] = balances(run.settings, account_id)
    with serving(run.settings, run.ratelake.variables, run.settings.dashboards_port):
        page.goto(f"http://localhost:{run.settings.dashboards_port}/")
        page.get_by_role("button", name="Sign in").click()
        page.locator("#username").fill("finance")
        page.locator("#password").fill(password(run.settings, "finance"))
        page.locator("#kc-login").click()
        expect(page.get_by_text("Signed in as finance. Role: finance.")).to_be_visible()
        page.goto(f"http://localhost:{run.settings.dashboards_port}/?account={account_id}")
        owed = page.get_by_test_id("stMetric").filter(has_text="Owed")
        shown = owed.get_by_test_id("stMetricValue").inner_text()
    assert shown == figures.money(balance.balance_amount, balance.currency)


def balances(settings: Settings, account_id: str) -> list[object]:
    with Reader(settings) as reader:
        return [row for row in reader.balances(limit=10_000) if row.account_id == account_id]
