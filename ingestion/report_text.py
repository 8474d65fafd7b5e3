"""The report of a run, for people and for programs."""

import json
import sys
from collections import Counter
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import asdict, is_dataclass
from decimal import Decimal
from typing import Any

from rich.console import Console
from rich.table import Table

from ingestion.closing import Closed
from ingestion.report import Reconciliation, Rejection
from ingestion.run_report import RunReport
from ingestion.settings import Settings

SHOWN_SERVICES = 4


def print_json(report: RunReport, balances: Sequence[Any]) -> None:
    """One JSON object on stdout: every count, amounts as strings, times in UTC."""
    document = {
        **{name: _plain(getattr(report, name)) for name in report.__dataclass_fields__},
        "balances": _plain(balances),
    }
    json.dump(document, sys.stdout, indent=2, ensure_ascii=False, default=str)
    sys.stdout.write("\n")


def _plain(value: Any) -> Any:
    if is_dataclass(value) and not isinstance(value, type):
        return asdict(value)
    return [_plain(item) for item in value] if isinstance(value, (list, tuple)) else value


def print_report(report: RunReport, balances: Sequence[Any], settings: Settings) -> None:
    """Stages, reconciliation, a few balances, and what to type next, on stdout."""
    out = Console(file=sys.stdout, markup=False, highlight=False, width=110)
    if report.changed:
        out.print(f"Run {report.run_id}, knowledge time {report.known_at:%Y-%m-%dT%H:%M:%SZ}")
    else:
        out.print("Nothing new: no table changed.")
    for line in report.collected.left():
        out.print(line, soft_wrap=True)
    if report.changed:
        out.print(stages(report))
        print_rejections(report.rejections, out)
    if report.reconciliation is not None:
        out.print(reconciliation(report.reconciliation))
        out.print(charged(report.reconciliation))
    for line in statements(report.statements):
        out.print(line)
    if balances:
        out.print(balances_table(balances))
    home = settings.home
    out.print(f"Next: ratelake query --home {home} 'select * from aggregates.account_balances'")
    out.print("      make dashboards (balances and operations in the browser)")
    out.print(f"      put your own files below {settings.inbox_folder} and run again")


def stages(report: RunReport) -> Table:
    table = Table("Stage", title="This run", title_justify="left")
    for column in ("Files", "Records", "Rejected", "Seconds"):
        table.add_column(column, justify="right")
    seconds = report.seconds
    table.add_row("collect", f"{report.collected.files:,}", "", "", f"{seconds['collect']:.1f}")
    for feed, counts in report.loaded.feeds.items():
        table.add_row(
            f"load {feed}",
            f"{sum(counts.files.values()):,}{not_loaded(counts.files)}",
            f"{counts.records:,}",
            f"{counts.rejected:,}",
            "",
        )
    table.add_row("load", "", "", "", f"{seconds['load']:.1f}")
    table.add_row("rate and aggregate", "", "", "", f"{seconds['rate']:.1f}")
    table.add_row("publish", "", "", "", f"{seconds['publish']:.1f}")
    return table


def not_loaded(files: Mapping[str, int]) -> str:
    others = [f"{count:,} {status}" for status, count in files.items() if status != "loaded"]
    return f" ({', '.join(others)})" if others else ""


def print_rejections(rejections: Sequence[Rejection], out: Console) -> None:
    """One line for each reason: where it was met first, what was wrong, and how often."""
    if not rejections:
        return
    out.print(
        "Rejected, the first of each reason; all are in raw.source_files, raw.rejected_records"
    )
    for row in rejections:
        where = f"{row.feed}/{row.file_name}"
        where += f", record {row.record_no:,}" if row.record_no else ", the whole file"
        out.print(f"  {row.count:,} x {row.reason}: {where}: {row.detail}", soft_wrap=True)


def reconciliation(result: Reconciliation) -> Table:
    services = most_used(result)
    table = Table(title="Usage records of all runs, with their units", title_justify="left")
    for column in ("Received", "Reason"):
        table.add_column(column, no_wrap=True)
    table.add_column(f"{result.received:,}", justify="right", no_wrap=True)
    for service in services:
        table.add_column(service, justify="right", no_wrap=True)
    table.add_row("= rejected", "", f"{result.rejected:,}")
    for row in result.dispositions:
        units = [number(row.quantity[name]) if name in row.quantity else "" for name in services]
        table.add_row(f"+ {row.disposition}", row.reason, f"{row.records:,}", *units)
    return table


def charged(result: Reconciliation) -> str:
    amounts = ", ".join(f"{amount:,.2f} {currency}" for currency, amount in result.charges.items())
    return f"Charged in all, before tax: {amounts or 'nothing'}"


def statements(closed: Sequence[Closed]) -> Iterator[str]:
    """What a run closed and recalculated, if it did."""
    for is_first_version, what in ((True, "closed"), (False, "recalculated")):
        rows = [row for row in closed if row.is_first_version == is_first_version]
        if rows:
            sign = "" if is_first_version else "+"
            amounts = ", ".join(f"{row.amount:{sign},.2f} {row.currency}" for row in rows)
            count = sum(row.statements for row in rows)
            yield f"Statements {what}: {count:,}, with tax: {amounts}"


def most_used(result: Reconciliation) -> list[str]:
    """The services in most rows, as a feed may bring any word; `--format json` has all."""
    met = Counter(name for row in result.dispositions for name in row.quantity)
    return sorted(name for name, _ in met.most_common(SHOWN_SERVICES))


def number(value: Decimal) -> str:
    return f"{value.normalize():,f}"


def balances_table(balances: Sequence[Any]) -> Table:
    table = Table(
        "Account", "Currency", title="Balances, read back from Cassandra", title_justify="left"
    )
    for column in ("Unbilled", "Paid", "Owed", "Credit limit"):
        table.add_column(column, justify="right")
    for row in balances:
        amounts = (row.unbilled_amount, row.paid_amount, row.balance_amount, row.credit_limit)
        table.add_row(
            row.account_id,
            row.currency or "",
            *("" if amount is None else f"{amount:,.2f}" for amount in amounts),
        )
    return table
