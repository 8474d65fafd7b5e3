"""Sign-in at the dashboards through Keycloak, in a real browser."""

import re
from collections.abc import Iterator

import psutil
import pytest
from playwright.sync_api import Browser, Page, expect

from dashboards import figures
from ingestion.settings import Settings
from serving.cassandra.answers import Balance
from serving.cassandra.read import Reader
from tests.browser.conftest import Server, serving
from tests.sign_in.conftest import password


@pytest.fixture(scope="module")
def dashboards(keycloak_home: Settings, variables: dict[str, str]) -> Iterator[Server]:
    with serving(keycloak_home, variables, keycloak_home.dashboards_port) as started:
        yield started


@pytest.fixture(scope="module")
def account(published_home: Settings) -> Balance:
    """The account with the most unbilled."""
    with Reader(published_home) as reader:
        return max(reader.balances(limit=10_000), key=lambda row: row.unbilled_amount or 0)


@pytest.fixture
def page(chromium: Browser, dashboards: Server) -> Iterator[Page]:
    """Somebody new at the dashboards; the browser does not know the home's authority, whose word
    the servers check."""
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(30_000)
    expect.set_options(timeout=30_000)
    yield context.new_page()
    context.close()


def address(settings: Settings, path: str = "/") -> str:
    return f"http://localhost:{settings.dashboards_port}{path}"


def fill_in(page: Page, user: str, secret: str) -> None:
    page.get_by_role("button", name="Sign in").click()
    page.locator("#username").fill(user)
    page.locator("#password").fill(secret)
    page.locator("#kc-login").click()


def sign_in(page: Page, settings: Settings, user: str) -> None:
    page.goto(address(settings))
    fill_in(page, user, password(settings, user))


def owed(page: Page) -> str:
    box = page.get_by_test_id("stMetric").filter(has_text="Owed")
    return box.get_by_test_id("stMetricValue").inner_text()


def test_finance_signs_in_sees_a_balance_and_signs_out(
    page: Page, keycloak_home: Settings, account: Balance
) -> None:
    sign_in(page, keycloak_home, "finance")
    expect(page.get_by_role("heading", name="Balances")).to_be_visible()
    expect(page.get_by_text("Signed in as finance. Role: finance.")).to_be_visible()
    page.goto(address(keycloak_home, f"/?account={account.account_id}"))
    assert owed(page) == figures.money(account.balance_amount, account.currency)
    page.get_by_role("button", name="Sign out").click()
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    # nor does Keycloak let anyone in again without a password
    page.get_by_role("button", name="Sign in").click()
    expect(page.locator("#password")).to_be_visible()
    page.goto(address(keycloak_home, f"/?account={account.account_id}"))
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    assert page.get_by_test_id("stMetric").count() == 0


@pytest.mark.stack
def test_an_analyst_sees_operations_and_no_balance(
    page: Page, keycloak_home: Settings, account: Balance
) -> None:
    sign_in(page, keycloak_home, "analyst")
    expect(page.get_by_role("heading", name="Operations")).to_be_visible()
    assert page.get_by_role("link", name="Balances").count() == 0
    page.goto(address(keycloak_home, f"/?account={account.account_id}"))
    refusal = "Balances are for the role finance or support. You are signed in as analyst; "
    expect(page.get_by_text(re.compile(refusal))).to_be_visible()
    assert page.get_by_test_id("stMetric").count() == 0


@pytest.mark.stack
def test_a_wrong_password_signs_nobody_in(page: Page, keycloak_home: Settings) -> None:
    page.goto(address(keycloak_home, "/operations"))
    fill_in(page, "engineer", "not the password")
    expect(page.get_by_text("Invalid username or password.")).to_be_visible()
    page.goto(address(keycloak_home, "/operations"))
    expect(page.get_by_text("Nobody is signed in.")).to_be_visible()
    expect(page.get_by_role("heading", name="Operations")).to_have_count(0)


@pytest.mark.stack
def test_no_secret_is_printed_or_an_argument(dashboards: Server, keycloak_home: Settings) -> None:
    """Last, as it ends the server."""
    secrets = keycloak_home.dashboards_secrets
    assert oct(secrets.stat().st_mode & 0o777) == "0o600"
    words = re.findall('secret = "(.+)"', secrets.read_text())
    words.append(password(keycloak_home, "finance"))
    shown = " ".join(psutil.Process(dashboards.process.pid).cmdline())
    _, printed = dashboards.interrupt()
    assert f"sign-in by https://localhost:{keycloak_home.keycloak_port}" in printed
    assert len(words) == 3
    for word in words:
        assert word not in shown + printed
