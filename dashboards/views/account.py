"""One account: what it owes, and what its usage cost by day, service and zone."""

from collections import defaultdict
from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from dashboards import charts, figures, period, queries, tables
from dashboards.queries import Balance, UsageDay
from dashboards.tables import Column
from dashboards.text import plain
from dashboards.views.freshness import last_run, say_freshness


def show_account(account: Balance) -> None:
    """The whole page of one account."""
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.header(plain(account.name or account.account_id), anchor=False)
    right.button("All accounts", icon=":material/arrow_back:", on_click=go_to, args=("",))
    show_identity(account)
    show_balance(account)
    show_usage(account)


def show_identity(account: Balance) -> None:
    facts = [
        f"Account **{plain(account.account_id)}**",
        f"currency **{plain(account.currency or 'unknown')}**",
        f"time zone **{plain(account.time_zone or 'unknown, so UTC')}**",
    ]
    if account.parent_account_id:
        facts.append(f"parent account **{plain(account.parent_account_id)}**")
    st.markdown(" · ".join(facts))


def show_balance(account: Balance) -> None:
    shown = (
        ("Balance owed", account.balance_amount, "billed + unbilled - paid"),
        ("Unbilled", account.unbilled_amount, "rated usage that no statement has billed yet"),
        ("Billed", account.billed_amount, "on statements"),
        ("Paid", account.paid_amount, "payments and credits, less refunds, chargebacks and debits"),
        ("Credit limit", account.credit_limit, "what the account may owe; – means no limit"),
    )
    for column, (label, amount, means) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(
            figures.money_label(label, account.currency),
            figures.money(amount, account.currency),
            help=means,
            border=True,
        )
    show_limit_use(account)
    say_freshness(
        "Amounts before tax. This balance last changed with what was known at "
        f"{figures.moment(account.as_of, account.time_zone)}."
    )


def show_limit_use(account: Balance) -> None:
    if not account.credit_limit or account.balance_amount is None:
        return
    over = figures.difference(account.balance_amount, account.credit_limit)
    used = figures.share(account.balance_amount, account.credit_limit)
    if over > 0:
        more = figures.money(over, account.currency)
        st.warning(
            f"Owes {more} {plain(account.currency or '')} more than the credit limit ({used} used).",
            icon=":material/warning:",
        )
    # a bar's length is no figure: the exact share stands above it
    percent = int(min(max(account.balance_amount / account.credit_limit, Decimal(0)), Decimal(1)) * 100)
    st.progress(percent, text=f"Credit limit used: {used}")


def show_usage(account: Balance) -> None:
    st.subheader("Usage", anchor=False)
    run = last_run()
    read = period.read_window(run.as_of if run else None)
    days = queries.usage(account.account_id, *read)
    if not days:
        st.info(f"No rated usage from {period.period_name(read)}.", icon=":material/info:")
        return
    months = period.choose_months(day.usage_date for day in days)
    within = [day for day in days if period.is_within(day.usage_date, months)]
    for currency in sorted({day.currency for day in within}):
        show_usage_in(currency, [day for day in within if day.currency == currency], months, account)


def show_usage_in(
    currency: str, days: Sequence[UsageDay], months: tuple[int, int], account: Balance
) -> None:
    """Charts and tables of usage in one currency: two currencies are never added."""
    charge = figures.money(figures.total(day.charge_amount for day in days), currency)
    st.markdown(
        f"**{charge} {plain(currency)}** for {figures.counted(sum(day.event_count for day in days), 'event')}, "
        f"{period.period_name(months)}, days in {plain(account.time_zone or 'UTC')}"
    )
    left, right = st.columns([3, 2], gap="large")
    with left:
        st.markdown("##### Charge by day and service")
        title = figures.money_label("Charge", currency)
        amounts = by_day_and_service(days)
        st.altair_chart(
            charts.charge_by_day(
                [
                    charts.DayAmount(day, service, sums.charge, figures.money(sums.charge, currency))
                    for (day, service), sums in amounts.items()
                ],
                title,
            ),
            alt=f"Stacked columns: {title} by day and service; the table below has the figures",
        )
    with right:
        st.markdown("##### Charge by zone")
        show_zones(currency, days)
    st.markdown("##### By day and service")
    show_days(currency, days)
