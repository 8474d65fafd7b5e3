"""Every question of the pages: the only place that reads Cassandra. Answers keep for seconds."""

from collections.abc import Callable
from typing import TypeVar

import streamlit as st
from cassandra import InvalidRequest

from ingestion.settings import Settings
from serving.cassandra.read import (
    Balance,
    CassandraUnavailable,
    DispositionCount,
    FileCount,
    Reader,
    Run,
    Suspense,
    UsageDay,
)

Answer = TypeVar("Answer")
KEPT_SECONDS = 15
# a search by name looks at this many accounts; an id is found among any number
SEARCHED_ACCOUNTS = 10_000


class StoreUnavailable(Exception):
    """Cassandra cannot be reached, or failed meanwhile; the message is one sentence."""


class NothingPublished(Exception):
    """Cassandra answers, but no run has published to it."""


@st.cache_resource(show_spinner=False, on_release=lambda reader: reader.close())
def open_reader() -> Reader:
    """One reader for all sessions; it may be shared between threads."""
    return Reader(Settings())


def ask(question: Callable[[Reader], Answer]) -> Answer:
    try:
        return question(open_reader())
    except CassandraUnavailable as failure:
        if isinstance(failure.__cause__, InvalidRequest):
            raise NothingPublished(str(failure)) from failure
        # the next question connects anew: the node may come back on another port
        open_reader.clear()
        raise StoreUnavailable(str(failure)) from failure


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading accounts from Cassandra")
def accounts() -> list[Balance]:
    """The accounts that a list or a search by name looks at, by id."""
    return ask(lambda reader: reader.balances(limit=SEARCHED_ACCOUNTS))


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading the account from Cassandra")
def account(account_id: str) -> Balance | None:
    """The balance of the account with exactly this id."""
    return ask(lambda reader: reader.find_account(account_id))


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading usage from Cassandra")
def usage(account_id: str, from_month: int, to_month: int) -> list[UsageDay]:
    """What the account used, by day, service and zone, newest day first."""
    return ask(lambda reader: reader.usage_daily(account_id, from_month, to_month))


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading files from Cassandra")
def files() -> list[FileCount]:
    """Files by feed, day received and status, newest day first."""
    return ask(lambda reader: reader.file_counts())


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading dispositions from Cassandra")
def dispositions(from_month: int, to_month: int) -> list[DispositionCount]:
    """Usage records by day, disposition, reason and service."""
    return ask(lambda reader: reader.disposition_counts(from_month, to_month))


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading suspense from Cassandra")
def suspense(from_month: int, to_month: int) -> list[Suspense]:
    """Suspended usage records by reason and service, most first."""
    return ask(lambda reader: reader.suspense(from_month, to_month))


@st.cache_data(ttl=KEPT_SECONDS, show_spinner="Reading runs from Cassandra")
def runs(limit: int) -> list[Run]:
    """The last runs, newest first."""
    return ask(lambda reader: reader.recent_runs(limit))


def forget() -> None:
    """Read everything anew at the next question."""
    st.cache_data.clear()
