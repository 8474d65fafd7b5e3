"""The pages as Streamlit runs them, without a browser, over answers known by hand."""

from collections.abc import Callable, Iterator
from pathlib import Path

import pytest
import streamlit as st
from streamlit.testing.v1 import AppTest

from dashboards import queries
from ingestion.settings import PROJECT
from tests.dashboards.known_answers import KnownAnswers

APP = PROJECT / "dashboards" / "app.py"
OpenPage = Callable[..., AppTest]


@pytest.fixture
def answers(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[KnownAnswers]:
    """What the store answers; a test may change it before it opens a page."""
    known = KnownAnswers()
    # a home without a Keycloak, so without sign-in
    monkeypatch.setenv("RATELAKE_HOME", str(tmp_path))
    monkeypatch.setattr(queries, "Reader", lambda settings: known)
    forget_all()
    yield known
    forget_all()


def forget_all() -> None:
    st.cache_data.clear()
    st.cache_resource.clear()


@pytest.fixture
def open_page(answers: KnownAnswers) -> OpenPage:
    """Open a page by its name with the parameters of its address; it must not fail."""

    def opened(name: str, **address: str) -> AppTest:
        page = AppTest.from_file(str(APP), default_timeout=30)
        page.query_params.update(address)
        page.run()
        if name != "balances":
            page.switch_page(f"views/{name}.py").run()
        assert not page.exception, page.exception
        return page

    return opened


def said(page: AppTest) -> str:
    """All that the page says in words."""
    kinds = (
        "title",
        "header",
        "subheader",
        "markdown",
        "caption",
        "info",
        "success",
        "warning",
        "error",
    )
    return "\n".join(element.value for kind in kinds for element in page.get(kind))


def metrics(page: AppTest) -> dict[str, str]:
    return {metric.label: metric.value for metric in page.metric}


def tables(page: AppTest) -> list[list[list[str]]]:
    return [table.value.values.tolist() for table in page.dataframe]
