"""One account: what it owes, what is not billed yet, and what its usage cost."""

from collections.abc import Sequence
from decimal import Decimal

import streamlit as st

from dashboards import charts, figures, period, queries, sums, tables
from dashboards.charts import service_order
from dashboards.queries import Balance, UsageDay
from dashboards.sums import by, dearest_first, summed
from dashboards.tables import numbers, texts
from dashboards.text import plain
from dashboards.views.freshness import last_run, say_freshness

DRAWN_ZONES = 8
UNBILLED = "rated usage that no statement has billed yet; it is not in what is owed"
CREDIT_LIMIT = "what owed and unbilled together may come to; a dash means no limit"


def show_account(account: Balance) -> None:
    """The whole page of one account."""
    left, right = st.columns([5, 1], vertical_alignment="bottom")
    left.header(plain(account.name or account.account_id), anchor=False)
    right.button(
        "All accounts",
        icon=":material/arrow_back:",
        on_click=go_to,
        args=("",),
        width="stretch",
    )
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
        ("Owed", account.balance_amount, "billed less paid"),
        ("Unbilled", account.unbilled_amount, UNBILLED),
        ("Billed", account.billed_amount, "on statements"),
        ("Paid", account.paid_amount, "payments and credits, less refunds, chargebacks and debits"),
        ("Credit limit", account.credit_limit, CREDIT_LIMIT),
    )
    for column, (label, amount, means) in zip(st.columns(len(shown)), shown, strict=True):
        column.metric(
            figures.money_label(label, account.currency),
            figures.money(amount, account.currency),
            help=means,
            border=True,
            height="stretch",
        )
    show_limit_use(account)
    say_freshness(
        "Unbilled is before tax. This balance last changed with what was known at "
        f"{figures.moment(account.as_of, account.time_zone)}."
    )


def show_limit_use(account: Balance) -> None:
    exposure = sums.exposure(account)
    if not account.credit_limit or exposure is None:
        return
    over = figures.difference(exposure, account.credit_limit)
    used = figures.share(exposure, account.credit_limit)
    if over > 0:
        more = figures.money(over, account.currency)
        st.warning(
            f"Owed and unbilled are {more} {plain(account.currency or '')} more than the limit "
            f"({used} used).",
            icon=":material/warning:",
        )
    # a bar's length is no figure: the exact share stands above it
    percent = int(min(max(exposure / account.credit_limit, Decimal(0)), Decimal(1)) * 100)
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
        show_usage_in(
            currency, [day for day in within if day.currency == currency], months, account
        )


def show_usage_in(
    currency: str, days: Sequence[UsageDay], months: tuple[int, int], account: Balance
) -> None:
    """Charts and tables of usage in one currency: two currencies are never added."""
    whole = summed(days)
    st.markdown(
        f"**{figures.money(whole.charge, currency)} {plain(currency)}** before tax for "
        f"**{figures.counted(whole.events, 'event')}**, {period.period_name(months)}, "
        f"days in {plain(account.time_zone or 'UTC')}"
    )
    charge = figures.money_label("Charge", currency)
    left, right = st.columns([4, 3], gap="small")
    with left:
        st.markdown("#### Charge by day and service")
        draw_days(days, currency, charge)
        list_days(days, currency, charge)
    with right:
        st.markdown("#### Charge by zone")
        draw_zones(days, currency, charge)
        list_zones(days, currency, charge)


def draw_days(days: Sequence[UsageDay], currency: str, charge: str) -> None:
    amounts = [
        charts.DayAmount(day, service, sums.charge, figures.money(sums.charge, currency))
        for (day, service), sums in by(days, lambda row: (row.usage_date, row.service)).items()
    ]
    st.altair_chart(
        charts.charge_by_day(amounts, charge),
        alt=f"Stacked columns of {charge} by day and service; the table below has the figures",
    )


def list_days(days: Sequence[UsageDay], currency: str, charge: str) -> None:
    found = by(days, lambda row: (row.usage_date, row.service))
    newest_first = sorted(found, key=lambda key: (-key[0].toordinal(), service_order(key[1])))
    tables.show(
        texts("Day", "Service") + numbers("Events", "Quantity") + texts("Unit") + numbers(charge),
        [
            (
                day.isoformat(),
                service,
                figures.count(found[day, service].events),
                figures.quantity(found[day, service].quantity),
                figures.unit(service),
                figures.money(found[day, service].charge, currency),
            )
            for day, service in newest_first
        ],
        says=f"Events, quantity and {charge} by day and service, newest day first",
    )


def draw_zones(days: Sequence[UsageDay], currency: str, charge: str) -> None:
    zones = dearest_first(by(days, lambda row: row.destination_zone))[:DRAWN_ZONES]
    st.altair_chart(
        charts.bars(
            [
                charts.Bar(zone_name(zone), sums.charge, figures.money(sums.charge, currency))
                for zone, sums in zones
            ],
            label="Zone",
            length=charge,
        ),
        alt=f"Bars of {charge} by destination zone; the table below has the figures",
    )


def list_zones(days: Sequence[UsageDay], currency: str, charge: str) -> None:
    whole = summed(days).charge
    tables.show(
        texts("Zone") + numbers("Events", charge, "Share"),
        [
            (
                zone_name(zone),
                figures.count(sums.events),
                figures.money(sums.charge, currency),
                figures.share(sums.charge, whole),
            )
            for zone, sums in dearest_first(by(days, lambda row: row.destination_zone))
        ],
        says=f"Events and {charge} by destination zone, dearest first",
    )


def zone_name(zone: str) -> str:
    return zone or "no zone"


def go_to(account_id: str) -> None:
    """Look up this account; none gives the list. The address bar follows."""
    st.session_state["account"] = account_id
