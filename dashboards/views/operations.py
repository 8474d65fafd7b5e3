"""Operations: what the last runs did, what came, and what waits for something that is missing."""

from collections import Counter
from collections.abc import Sequence
from decimal import Decimal
from itertools import zip_longest

import streamlit as st

from dashboards import charts, figures, period, queries, states, tables
from dashboards.queries import DispositionCount, FileCount, Run
from dashboards.tables import numbers, texts
from dashboards.text import plain
from dashboards.views.freshness import SHOWN_RUNS, last_run, say_freshness

RUN_COLUMNS = (
    *numbers("Run"),
    *texts("Finished (UTC)", "Knows all by (UTC)"),
    *numbers("Took", "New files", "New records", "New rejected", "Rated", "Suspended"),
)
SUSPENSE_COLUMNS = (
    *texts("Reason", "Service"),
    *numbers("Records", "Quantity"),
    *texts("Unit", "First day", "Last day"),
)


def show_page() -> None:
    st.title("Operations", anchor=False)
    with states.designed_states():
        runs = queries.runs(SHOWN_RUNS + 1)
        files = queries.files()
        if not runs and not files:
            return states.nothing_yet()
        if runs:
            show_state(runs[0])
        show_runs(runs)
        show_usage_records()
        show_files(files)


def show_state(run: Run) -> None:
    """Where everything stands after the last run; counts are of all runs together."""
    shown = (
        ("Last run", f"{run.run_id}, {figures.words(run.status)}", None),
        ("Usage records", figures.count(run.record_count), "received in all runs"),
        ("Rejected", figures.share(run.rejected_count, run.record_count), "could not be read"),
        (
            "Suspended",
            figures.share(run.suspended_count, run.record_count),
            "wait for what is missing",
        ),
        ("Rated", figures.share(run.rated_count, run.record_count), "became charges"),
    )
    counts = (None, None, run.rejected_count, run.suspended_count, run.rated_count)
    for column, (label, value, means), number in zip(st.columns(5), shown, counts, strict=True):
        column.metric(
            label,
            value,
            delta=None if number is None else figures.counted(number, "record"),
            delta_color="off",
            delta_arrow="off",
            help=means,
            border=True,
            height="stretch",
        )
    charges = ", ".join(
        f"{figures.money(amount, currency)} {plain(currency)}"
        for currency, amount in sorted(run.charges.items())
    )
    st.markdown(f"Charged so far, before tax: **{charges or 'nothing'}**")
    say_freshness("Shares are of the usage records received in all runs; times are UTC.")


def show_runs(runs: Sequence[Run]) -> None:
    st.subheader("Last runs", anchor=False)
    tables.show(
        RUN_COLUMNS,
        [run_row(run, before) for run, before in zip_longest(runs[:SHOWN_RUNS], runs[1:]) if run],
        says="The last runs, newest first, with what each brought",
    )
    st.caption(
        f"The last {SHOWN_RUNS} runs that found something new. New: what the run brought, records "
        "of usage; rated and suspended: all records, as they stood after the run."
    )


def run_row(run: Run, before: Run | None) -> list[str]:
    """A run counts all runs so far: what it brought is the difference from the one before."""
    files, records, rejected = (
        getattr(run, name) - (getattr(before, name) if before else 0)
        for name in ("file_count", "record_count", "rejected_count")
    )
    return [
        str(run.run_id),
        figures.moment(run.finished_at).removesuffix(" UTC"),
        figures.moment(run.as_of).removesuffix(" UTC"),
        figures.duration(run.duration_ms),
        figures.count(files),
        figures.count(records),
        figures.count(rejected),
        figures.count(run.rated_count),
        figures.count(run.suspended_count),
    ]


def show_usage_records() -> None:
    """Dispositions and suspense of the months chosen."""
    st.subheader("What became of the usage records", anchor=False)
    run = last_run()
    read = period.read_window(run.as_of if run else None)
    counts = queries.dispositions(*read)
    if not counts:
        st.info(f"No usage records from {period.period_name(read)}.", icon=":material/info:")
        return
    months = period.choose_months((row.event_date for row in counts), shown=period.READ_MONTHS)
    within = [row for row in counts if period.is_within(row.event_date, months)]
    left, right = st.columns([2, 3], gap="large")
    with left:
        draw_not_rated(within)
    with right:
        list_dispositions(within)
    st.caption(f"By day of use (UTC), {period.period_name(months)}.")
    show_suspense(months)


def draw_not_rated(counts: Sequence[DispositionCount]) -> None:
    st.markdown("#### Records that were not rated")
    found = [
        charts.Bar(reason_name(*key), Decimal(number), figures.count(number))
        for key, number in most_first(counts)
        if key[0] != "rated"
    ]
    if not found:
        st.success("Every record was rated.", icon=":material/check_circle:")
        return
    st.altair_chart(
        charts.bars(found, label="Disposition", length="Records"),
        alt="Bars of usage records by disposition and reason, without the rated ones",
    )


def list_dispositions(counts: Sequence[DispositionCount]) -> None:
    st.markdown("#### All dispositions")
    whole = sum(row.record_count for row in counts)
    tables.show(
        texts("Disposition", "Reason") + numbers("Records", "Share"),
        [
            (
                figures.words(disposition),
                figures.words(reason),
                figures.count(number),
                figures.share(number, whole),
            )
            for (disposition, reason), number in most_first(counts)
        ],
        says="Usage records by disposition and reason, most first",
    )


def most_first(counts: Sequence[DispositionCount]) -> list[tuple[tuple[str, str], int]]:
    records: Counter[tuple[str, str]] = Counter()
    for row in counts:
        records[row.disposition, row.reason] += row.record_count
    return sorted(records.items(), key=lambda item: (-item[1], item[0]))


def reason_name(disposition: str, reason: str) -> str:
    said = figures.words(disposition)
    return f"{said}: {figures.words(reason)}" if reason else said


def show_suspense(months: tuple[int, int]) -> None:
    st.subheader("Suspense", anchor=False)
    st.markdown("Suspended records are rated as soon as what they miss arrives.")
    suspended = queries.suspense(*months)
    if not suspended:
        st.success(
            f"Nothing is suspended, {period.period_name(months)}.", icon=":material/check_circle:"
        )
    else:
        tables.show(
            SUSPENSE_COLUMNS,
            [
                (
                    figures.words(row.reason),
                    row.service,
                    figures.count(row.record_count),
                    figures.quantity(row.quantity),
                    figures.unit(row.service),
                    row.first_date.isoformat(),
                    row.last_date.isoformat(),
                )
                for row in suspended
            ],
            says="Suspended usage records by reason and service, most first",
        )
    st.caption(f"By day of use (UTC), {period.period_name(months)}.")


def show_files(files: Sequence[FileCount]) -> None:
    st.subheader("Files", anchor=False)
    if not files:
        st.info("No file has come yet.", icon=":material/info:")
        return
    left, right = st.columns([4, 5], gap="large")
    with left:
        st.markdown("#### By feed")
        list_feeds(files)
    with right:
        st.markdown("#### By day, feed and status")
        list_files(files)
    st.caption("By day received (UTC), since the first file.")


def list_feeds(files: Sequence[FileCount]) -> None:
    rows = []
    for feed in sorted({row.feed for row in files}):
        of_feed = [row for row in files if row.feed == feed]
        records = sum(row.record_count for row in of_feed)
        rejected = sum(row.rejected_count for row in of_feed)
        file_count = sum(row.file_count for row in of_feed)
        counts = (figures.count(number) for number in (file_count, records, rejected))
        rows.append((feed, *counts, figures.share(rejected, records)))
    tables.show(
        texts("Feed") + numbers("Files", "Records", "Rejected", "Share"),
        rows,
        says="Files and records by feed, with the share of records rejected",
    )


def list_files(files: Sequence[FileCount]) -> None:
    tables.show(
        texts("Day", "Feed", "Status") + numbers("Files", "Records", "Rejected"),
        [
            (
                row.received_date.isoformat(),
                row.feed,
                figures.words(row.status),
                figures.count(row.file_count),
                figures.count(row.record_count),
                figures.count(row.rejected_count),
            )
            for row in files
        ],
        says="Files and records by day received, feed and status, newest day first",
    )


show_page()
