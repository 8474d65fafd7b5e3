"""The dashboards: `ratelake dashboards` starts this with Streamlit."""

import streamlit as st

from dashboards import gate

st.set_page_config(page_title="Ratelake", page_icon=":material/water:", layout="wide")
gate.enter().run()
