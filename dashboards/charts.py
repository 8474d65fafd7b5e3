"""Every chart of the dashboards. Exact figures stand in its tooltip and in the table beside it."""

from collections.abc import Iterable, Sequence
from dataclasses import asdict, dataclass
from datetime import date
from decimal import Decimal

import altair as alt

# a service keeps its colour on every page and for every account
SERVICES = ("voice", "sms", "data", "content")
HEIGHT = 300
# drawn as it is, where plain spaces become one
GAP = "\N{EM SPACE}"


@dataclass(frozen=True)
class DayAmount:
    """What one bar segment shows; `text` is the exact amount."""

    day: date
    service: str
    amount: Decimal
    text: str


@dataclass(frozen=True)
class Bar:
    """One horizontal bar; `text` is the exact length."""

    label: str
    length: Decimal
    text: str


def charge_by_day(amounts: Iterable[DayAmount], axis_title: str) -> alt.Chart:
    """Stacked columns: days across, a colour per service."""
    rows = [
        asdict(row) | {"day": row.day.isoformat(), "amount": drawn(row.amount)} for row in amounts
    ]
    present = sorted({row["service"] for row in rows}, key=service_order)
    return (
        alt.Chart(alt.Data(values=rows))
        .mark_bar()
        .encode(
            # days are dates without a zone: in UTC no browser moves them
            x=alt.X(
                "utcyearmonthdate(day):T",
                title=None,
                scale=alt.Scale(type="utc"),
                axis=alt.Axis(format="%d %b", labelOverlap=True, grid=False, tickCount=10),
            ),
            y=alt.Y("amount:Q", title=axis_title, stack="zero"),
            color=service_colour(present),
            order=alt.Order("service:N"),
            tooltip=[
                alt.Tooltip("day:N", title="Day"),
                alt.Tooltip("service:N", title="Service"),
                alt.Tooltip("text:N", title=axis_title),
            ],
        )
        .properties(height=HEIGHT)
    )


def bars(rows: Sequence[Bar], *, label: str, length: str) -> alt.Chart:
    """Horizontal bars in the order of `rows`, each with its exact length beside its label."""
    values = [
        asdict(row) | {"length": drawn(row.length), "head": f"{row.label}{GAP}{row.text}"}
        for row in rows
    ]
    return (
        alt.Chart(alt.Data(values=values))
        .mark_bar()
        .encode(
            # an axis takes the colours of light and dark by itself, a text mark does not
            y=alt.Y(
                "head:N",
                title=None,
                sort=[row["head"] for row in values],
                axis=alt.Axis(labelLimit=260, ticks=False, domain=False),
            ),
            x=alt.X("length:Q", title=None, axis=None, scale=alt.Scale(zero=True)),
            tooltip=[alt.Tooltip("label:N", title=label), alt.Tooltip("text:N", title=length)],
        )
        .properties(height=max(90, 30 * len(rows)))
    )


def service_colour(present: list[str]) -> alt.Color:
    domain = [*SERVICES, *(service for service in present if service not in SERVICES)]
    return alt.Color(
        "service:N",
        title=None,
        scale=alt.Scale(domain=domain),
        legend=alt.Legend(orient="top", values=present),
    )


def service_order(service: str) -> tuple[int, str]:
    known = SERVICES.index(service) if service in SERVICES else len(SERVICES)
    return known, service


def drawn(amount: Decimal) -> float:
    """The length of a mark: the one place where an amount is not exact, so never read."""
    # a browser draws with binary floats; what people read is `text`
    return float(amount)
