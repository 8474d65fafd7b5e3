"""The pages in a home with a Keycloak: closed, but for the roles that they are for."""

import time
from collections.abc import Callable
from typing import Any

import pytest
from streamlit.testing.v1 import AppTest

from ingestion.settings import Settings
from stack.keycloak.accounts import write_access
from tests.dashboards.conftest import APP, said
from tests.dashboards.known_answers import KnownAnswers

Open = Callable[..., AppTest]


@pytest.fixture
def open_as(answers: KnownAnswers) -> Open:
    """Open an address as somebody; the home has a realm."""
    write_access(Settings())

    def opened(roles: list[str] | None, view: str = "", **address: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=30)
        page.user = {"is_logged_in": False} if roles is None else signed_in(roles)
        page.query_params.update(address)
        page.run()
        if view:
            page.switch_page(f"views/{view}.py").run()
        assert not page.exception, page.exception
        return page

    return opened


def signed_in(roles: list[str], seconds: int = 900) -> dict[str, Any]:
    end = int(time.time()) + seconds
    return {"is_logged_in": True, "preferred_username": "anna", "roles": roles, "exp": end}


def buttons(page: AppTest) -> list[str]:
    return [button.label for button in page.button]


def shows_figures(page: AppTest) -> bool:
    return bool(page.metric or page.dataframe)


def test_who_is_not_signed_in_sees_only_that(open_as: Open) -> None:
    page = open_as(None, account="A1")
    assert "Nobody is signed in." in said(page)
    assert buttons(page) == ["Sign in"]
    assert not shows_figures(page)


def test_finance_sees_a_balance_and_who_is_signed_in(open_as: Open) -> None:
    page = open_as(["finance"], account="A1")
    assert [title.value for title in page.title] == ["Balances"]
    assert page.metric[0].label == "Owed (EUR)"
    assert "Signed in as anna. Role: finance." in said(page)
    assert "Sign out" in buttons(page)
    assert "no sign-in" not in said(page)


@pytest.mark.parametrize("role", ["engineer", "analyst"])
def test_the_front_door_leads_to_a_page_that_the_role_may_see(open_as: Open, role: str) -> None:
    page = open_as([role])
    assert [title.value for title in page.title] == ["Operations"]
    assert shows_figures(page)


@pytest.mark.parametrize("role", ["engineer", "analyst"])
def test_the_address_of_an_account_is_refused(open_as: Open, role: str) -> None:
    page = open_as([role], account="A1")
    assert "Balances are for the role finance or support. You are signed in as anna" in said(page)
    assert f"your role: {role}." in said(page)
    assert not shows_figures(page)


def test_without_a_role_no_page_opens(open_as: Open) -> None:
    page = open_as([])
    assert "your role: none that has a page here." in said(page)
    assert "Sign out" in buttons(page)
    assert not shows_figures(page)


def test_a_page_that_stays_open_closes_when_the_sign_in_ends(open_as: Open) -> None:
    page = open_as(["finance"], account="A1")
    assert shows_figures(page)
    page.user = signed_in(["finance"], seconds=-1)
    page.run()
    assert "Your sign-in has ended." in said(page)
    assert buttons(page) == ["Sign in"]
    assert not shows_figures(page)


def test_an_app_that_was_told_of_no_provider_shows_nothing(answers: KnownAnswers) -> None:
    write_access(Settings())
    page = AppTest.from_file(str(APP), default_timeout=30).run()
    assert "start them again" in said(page)
    assert not page.button
    assert not shows_figures(page)
