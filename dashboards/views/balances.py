"""Balances: look up an account by id or name, or choose it from the list."""

from collections.abc import Sequence

import streamlit as st

from dashboards import figures, queries, search, states, sums, tables
from dashboards.queries import Balance
from dashboards.tables import numbers, texts
from dashboards.text import plain
from dashboards.views.account import go_to, show_account
from dashboards.views.freshness import say_freshness

LISTED = 100


def show_page() -> None:
    st.title("Balances", anchor=False)
    sought = st.text_input(
        "Account id or name",
        key="account",
        bind="query-params",
        type="search",
        placeholder="A00000012, or a part of a name",
        icon=":material/search:",
        max_chars=200,
    )
    with states.designed_states():
        answer((sought or "").strip())


def answer(sought: str) -> None:
    """The account that is meant, the accounts that may be, or all of them."""
    exact = queries.account(sought) if sought else None
    if exact is not None:
        return show_account(exact)
    accounts = queries.accounts()
    found = search.matching(accounts, sought) if sought else accounts
    if sought and len(found) == 1:
        return show_account(found[0])
    if sought and not found:
        return states.unknown_account(sought, show_all=lambda: go_to(""))
    if not accounts:
        return states.nothing_yet()
    show_list(found, sought)


def show_list(found: Sequence[Balance], sought: str) -> None:
    left, right = st.columns([3, 1], vertical_alignment="bottom")
    order = right.selectbox("Order", list(search.ORDERS), key="order", bind="query-params")
    listed = search.ordered(found, order)[:LISTED]
    left.markdown(describe(len(listed), len(found), sought))
    tables.choose(
        COLUMNS,
        [row_of(account) for account in listed],
        says="Accounts with what they owe; choose a row to open the account",
        key="listed",
        on_choice=lambda: open_chosen(listed),
    )
    st.caption(
        "Choose a row to open the account. Owed is billed less paid; unbilled usage, before tax, "
        "stands apart. Amounts are in the account's currency."
    )
    say_freshness()


COLUMNS = (
    *texts("Account", "Name", "Currency"),
    *numbers("Owed", "Unbilled", "Billed", "Paid", "Credit limit", "Limit used"),
)


def row_of(account: Balance) -> list[str]:
    amounts = (
        account.balance_amount,
        account.unbilled_amount,
        account.billed_amount,
        account.paid_amount,
        account.credit_limit,
    )
    return [
        account.account_id,
        account.name or figures.NONE,
        account.currency or figures.NONE,
        *(figures.money(amount, account.currency) for amount in amounts),
        figures.share(sums.exposure(account) or 0, account.credit_limit or 0),
    ]


def describe(listed: int, found: int, sought: str) -> str:
    all_read = "" if found < queries.SEARCHED_ACCOUNTS else "at least "
    said = f"**{all_read}{figures.counted(found, 'account')}**"
    if sought:
        said += f" with **{plain(sought)}** in the name or at the beginning of the id"
    return said if listed == found else f"{said}; the first {listed} are listed"


def open_chosen(listed: Sequence[Balance]) -> None:
    row = tables.chosen("listed")
    if row is not None:
        go_to(listed[row].account_id)


show_page()
