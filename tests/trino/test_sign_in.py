"""Trino lets in whom the home's Keycloak knows, with the roles that they have there."""

import time
from collections.abc import Iterator
from dataclasses import replace

import pytest
import requests
from playwright.sync_api import Browser, Page

from stack.tls import authority_file
from stack.trino.client import StatementRefused, TrinoUnavailable, connected, rows
from tests.sign_in import people
from tests.sign_in.code_flow import ask_for_tokens, client, session, sign_in
from tests.sign_in.conftest import password
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack

TOKENS = "select distinct subscriber from lake.raw.usage order by subscriber"
# the server reads who is in which group every five seconds
GROUPS_SECONDS = 20


def url(analysts: AnalystHome) -> str:
    return f"https://localhost:{analysts.settings.trino_port}"


def ask(analysts: AnalystHome, user: str, token: str, sql: str) -> list[list[object]]:
    ca_file = str(authority_file(analysts.settings.tls_folder))
    with connected(url(analysts), user, ca_file, token=token) as connection:
        return rows(connection, sql)


def token_of(analysts: AnalystHome, user: str, secret: str) -> str:
    """What a person's browser has after he signed in at the dashboards."""
    access = client(analysts.settings, "dashboards")
    return str(sign_in(access, access.redirect_uri, user, secret)["access_token"])


@pytest.fixture
def admin(analysts: AnalystHome) -> Iterator[requests.Session]:
    with people.administration(analysts.settings) as opened:
        yield opened


def test_a_program_brings_the_token_of_its_own_account(analysts: AnalystHome) -> None:
    access = client(analysts.settings, "pipeline")
    token = ask_for_tokens(access, grant_type="client_credentials")["access_token"]
    user = "service-account-pipeline"
    assert ask(analysts, user, token, "select current_user") == [[user]]
    assert len(ask(analysts, user, token, TOKENS)) > 1
    commands = replace(
        analysts.ratelake,
        variables={
            **analysts.ratelake.variables,
            "RATELAKE_TRINO_USER": user,
            "RATELAKE_TRINO_TOKEN": token,
        },
    )
    shown = commands("query", "--engine", "trino", "--format", "csv", "select current_user as me")
    assert shown.stdout == f"me\n{user}\n"


def test_a_persons_token_from_the_dashboards_is_good_for_his_role(analysts: AnalystHome) -> None:
    token = token_of(analysts, "analyst", password(analysts.settings, "analyst"))
    assert ask(analysts, "analyst", token, TOKENS) == [["***"]]
    with pytest.raises(StatementRefused, match="User analyst cannot impersonate user engineer"):
        ask(analysts, "engineer", token, TOKENS)
    with pytest.raises(TrinoUnavailable, match="does not let in user 'analyst'"):
        ask(analysts, "analyst", token[:-8] + "AAAAAAAA", TOKENS)


def test_a_role_given_and_taken_in_keycloak_is_followed(
    analysts: AnalystHome, admin: requests.Session
) -> None:
    user = people.add_user(analysts.settings, admin, "zora")
    token = token_of(analysts, "zora", people.PASSWORD)
    with pytest.raises(StatementRefused, match=r"Access Denied|not allowed|does not exist"):
        ask(analysts, "zora", token, TOKENS)
    people.give_role(analysts.settings, admin, user, "analyst")
    analysts.ratelake("up", "trino")
    assert soon(lambda: ask(analysts, "zora", token, TOKENS) == [["***"]])
    people.take_role(analysts.settings, admin, user, "analyst")
    analysts.ratelake("up", "trino")
    assert soon(lambda: bool(ask(analysts, "zora", token, TOKENS)), wanted=False)


def soon(answer: object, *, wanted: bool = True) -> bool:
    """Whether Trino answers, or refuses, before the groups must have been read."""
    deadline = time.monotonic() + GROUPS_SECONDS
    while time.monotonic() < deadline:
        try:
            found = answer()  # type: ignore[operator]
        except StatementRefused:
            found = False
        if found == wanted:
            return True
        time.sleep(0.5)
    return False


def test_nobody_becomes_the_owner_of_the_views_by_his_name(
    analysts: AnalystHome, admin: requests.Session
) -> None:
    people.add_user(analysts.settings, admin, "pipeline")
    token = token_of(analysts, "pipeline", people.PASSWORD)
    with pytest.raises(TrinoUnavailable, match="does not let in user 'pipeline'"):
        ask(analysts, "pipeline", token, "select 1")


def test_a_token_of_another_client_is_not_taken(analysts: AnalystHome) -> None:
    """One that Keycloak signed, and that is not meant for Trino."""
    access = client(analysts.settings, "dashboards")
    with session(access) as opened:
        answer = opened.post(
            f"{people.root(analysts.settings)}/realms/master/protocol/openid-connect/token",
            data={
                "client_id": "admin-cli",
                "grant_type": "password",
                "username": "admin",
                "password": password(analysts.settings, "admin"),
            },
            timeout=30,
        )
    with pytest.raises(TrinoUnavailable, match="does not let in user 'admin'"):
        ask(analysts, "admin", answer.json()["access_token"], "select 1")


@pytest.fixture
def window(chromium: Browser) -> Iterator[Page]:
    context = chromium.new_context(ignore_https_errors=True)
    context.set_default_timeout(30_000)
    yield context.new_page()
    context.close()


def test_an_analyst_signs_in_with_a_browser(analysts: AnalystHome, window: Page) -> None:
    """Once, at Keycloak; then he sees his own queries and nobody else's."""
    analysts.ask("analyst", "select 1")
    analysts.ask("finance", "select 1")
    window.goto(f"{url(analysts)}/ui/")
    window.locator("#username").fill("analyst")
    window.locator("#password").fill("a guess that is wrong")
    window.locator("#kc-login").click()
    window.get_by_text("Invalid username or password").wait_for()
    window.locator("#password").fill(password(analysts.settings, "analyst"))
    window.locator("#kc-login").click()
    window.get_by_text("Log Out").wait_for()
    listed = window.request.get(f"{url(analysts)}/ui/api/query").json()
    assert {query["sessionUser"] for query in listed} == {"analyst"}
