"""How fresh a page's figures are, said under them."""

import streamlit as st

from dashboards import figures, queries
from dashboards.queries import Run

SHOWN_RUNS = 20


def last_run() -> Run | None:
    runs = queries.runs(SHOWN_RUNS + 1)
    return runs[0] if runs else None


def say_freshness(more: str = "") -> None:
    """Which run the figures are of and what it knew."""
    run = last_run()
    if run is None:
        st.caption(f"{more} No run has finished yet.".strip())
        return
    st.caption(
        f"{more} Fresh as of run {run.run_id}: it finished at {figures.moment(run.finished_at)} "
        f"and knows all that came by {figures.moment(run.as_of)}.".strip()
    )
