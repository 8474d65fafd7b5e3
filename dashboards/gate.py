"""What stands before the pages: sign-in, and what each role may open."""

from collections.abc import Callable, Set
from datetime import timedelta
from functools import partial

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from dashboards import auth, identity, queries
from dashboards.auth import Shown, Viewer
from dashboards.text import plain
from ingestion.settings import Settings

FILES = {Shown.BALANCES: "views/balances.py", Shown.OPERATIONS: "views/operations.py"}
ICONS = {
    Shown.BALANCES: ":material/account_balance_wallet:",
    Shown.OPERATIONS: ":material/monitoring:",
}
# what stands in the place of a page that is not to be seen
Instead = Callable[[Shown], None]


def enter() -> StreamlitPage:
    """The page to run, or what stands in its place; who looks is said in the sidebar.

    The home itself says whether people sign in: where they do, an app that was started without
    what `ratelake dashboards` tells Streamlit shows nothing. What pages read is the same for
    everyone who may open them, so the answers kept by `queries` are shared between people.
    """
    settings = Settings()
    if identity.provider(settings) is None:
        say_local()
        return arranged(frozenset(Shown), instead=lambda page: None)
    try:
        viewer = auth.viewer_of(st.user, settings.oidc_roles_claim, auth.now())
    except auth.SignInEnded:
        return arranged(frozenset(), instead=partial(ask_to_sign_in, "Your sign-in has ended."))
    if viewer is None:
        return arranged(frozenset(), instead=partial(ask_to_sign_in, "Nobody is signed in."))
    say_who(viewer)
    return arranged(viewer.pages, instead=partial(refuse, viewer))


def arranged(allowed: Set[Shown], *, instead: Instead) -> StreamlitPage:
    """All pages at their addresses; the menu names those allowed, and no code of another runs."""
    pages = [
        st.Page(
            FILES[page] if page in allowed else partial(instead, page),
            title=page,
            icon=ICONS[page],
            url_path=page.lower(),
            default=page is Shown.BALANCES,
            visibility="visible" if page in allowed else "hidden",
        )
        for page in Shown
    ]
    chosen = st.navigation({"Ratelake": pages}, position="sidebar" if allowed else "hidden")
    if allowed:
        with st.sidebar:
            st.button("Read again", icon=":material/refresh:", on_click=queries.forget)
            st.caption(
                f"Figures are read from Cassandra and kept for {queries.KEPT_SECONDS} seconds."
            )
    return chosen


def say_local() -> None:
    with st.sidebar:
        st.badge("Local, no sign-in", icon=":material/lock_open:", color="orange")
        st.caption(
            "Whoever can open this address on this machine sees every balance. "
            "It listens on 127.0.0.1 only."
        )


def say_who(viewer: Viewer) -> None:
    with st.sidebar:
        st.badge(plain(viewer.name), icon=":material/person:", color="green")
        st.caption(f"Signed in as {plain(viewer.name)}. Role: {spoken(viewer)}.")
        st.button("Sign out", icon=":material/logout:", on_click=st.logout)
        close_in_time(viewer)


def close_in_time(viewer: Viewer) -> None:
    """Have a page that nobody touches close when the sign-in ends."""

    # a second later than that: a timer may be early
    @st.fragment(run_every=viewer.ends_at - auth.now() + timedelta(seconds=1))
    def look() -> None:
        if viewer.ends_at <= auth.now():
            st.rerun()

    look()


def spoken(viewer: Viewer) -> str:
    return ", ".join(viewer.roles) or "none that has a page here"


def ask_to_sign_in(why: str, page: Shown) -> None:
    with st.container(border=True, width=480):
        st.subheader("Ratelake", anchor=False)
        if "is_logged_in" not in st.user:
            # this server was started before the home had a Keycloak, or not by the command
            st.error("Sign-in was set up after these dashboards: start them again.")
            st.code("ratelake dashboards", language=None)
            return
        st.markdown(f"{why} Balances and operations are shown to those who sign in.")
        st.button("Sign in", type="primary", icon=":material/login:", on_click=st.login)


def refuse(viewer: Viewer, page: Shown) -> None:
    """Say who may see the page; who only came in by the front door is shown a page of his."""
    if page is Shown.BALANCES and viewer.pages and not st.query_params:
        st.switch_page(FILES[min(viewer.pages)])
    st.title(page, anchor=False)
    st.error(
        f"{page} are for the role {auth.who_see(page)}. You are signed in as {plain(viewer.name)}; "
        f"your role: {spoken(viewer)}. Whoever looks after the accounts can give you another.",
        icon=":material/block:",
    )
    for other in sorted(viewer.pages):
        st.page_link(FILES[other], label=other, icon=ICONS[other])
