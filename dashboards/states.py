"""What a page shows when it cannot show its figures: each state is designed, none shows code."""

from collections.abc import Callable, Iterator
from contextlib import contextmanager

import streamlit as st

from dashboards import queries
from dashboards.text import plain


@contextmanager
def designed_states() -> Iterator[None]:
    """Draw a page; when Cassandra is away or empty, say so instead and what to do."""
    try:
        yield
    except queries.NothingPublished:
        nothing_yet()
    except queries.StoreUnavailable as failure:
        store_away(str(failure))


def nothing_yet() -> None:
    """No run has published: what to type."""
    with st.container(border=True):
        st.subheader("Nothing to show yet", anchor=False)
        st.markdown(
            "No run has published to this Cassandra. Bring it the sample operator, or your own "
            "files, and come back here:"
        )
        st.code("make run", language=None)
        st.caption("Or, with the package installed: `ratelake generate`, then `ratelake run`.")


def store_away(reason: str) -> None:
    """Cassandra is away: one sentence why, and what to do."""
    st.error(f"Cassandra cannot be read: {plain(reason)}.", icon=":material/cloud_off:")
    st.button("Try again", on_click=queries.forget)
    st.caption("Nothing is lost: balances are computed in the lake and only read from Cassandra.")


def unknown_account(sought: str, show_all: Callable[[], None]) -> None:
    """No account has this id, and no name holds it."""
    with st.container(border=True):
        st.subheader("No such account", anchor=False)
        st.markdown(f"No account has the id **{plain(sought)}**, and no name contains it.")
        st.caption(
            "An id is found only in full, such as A00000012; of a name any part will do. "
            f"Names are looked for among the first {queries.SEARCHED_ACCOUNTS:,} accounts."
        )
        st.button("Show all accounts", on_click=show_all)
