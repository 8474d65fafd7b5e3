"""The dashboards: `ratelake dashboards` starts this with Streamlit."""

import streamlit as st

from dashboards import queries

st.set_page_config(page_title="Ratelake", page_icon=":material/water:", layout="wide")
page = st.navigation(
    {
        "Ratelake": [
            st.Page(
                "views/balances.py",
                title="Balances",
                icon=":material/account_balance_wallet:",
                default=True,
            ),
            st.Page(
                "views/operations.py",
                title="Operations",
                icon=":material/monitoring:",
                url_path="operations",
            ),
        ]
    }
)
with st.sidebar:
    st.badge("Local, no sign-in", icon=":material/lock_open:", color="orange")
    st.caption(
        "Whoever can open this address on this machine sees every balance. "
        "It listens on 127.0.0.1 only."
    )
    st.button("Read again", icon=":material/refresh:", on_click=queries.forget)
    st.caption(f"Figures are read from Cassandra and kept for {queries.KEPT_SECONDS} seconds.")
page.run()
