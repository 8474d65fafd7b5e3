"""Rules 17 and 18: the versions of statements over several runs, as rows of the tables."""

from collections.abc import Iterable
from dataclasses import dataclass, field
from datetime import date, datetime
from fractions import Fraction
from typing import Any

from tests.oracle.billing.cycles import Statement
from tests.oracle.billing.lines import Key
from tests.oracle.billing.statement import BilledLine

Row = dict[str, Any]
Place = tuple[str, date]
NOTHING = (Fraction(0), Fraction(0))


@dataclass
class Books:
    """What closed so far, in the order of the runs."""

    last: dict[Place, tuple[int, Statement]] = field(default_factory=dict)
    statements: list[Row] = field(default_factory=list)
    lines: list[Row] = field(default_factory=list)
    deltas: list[Row] = field(default_factory=list)

    def close(self, found: dict[Place, Statement | None], closed_at: datetime) -> None:
        """One run: first versions, and further ones where a line costs something else."""
        for place, statement in found.items():
            if place not in self.last and statement is not None:
                self._write(place, statement, 1, closed_at)
        for place, (version, before) in list(self.last.items()):
            now = found.get(place, Statement(before.cycle, ()))
            if now is None or now is before:
                continue
            changed = list(changes(before, now))
            if changed:
                account_id, start = place
                self.deltas += [
                    {
                        "account_id": account_id,
                        "cycle_start": start,
                        "from_version": version,
                        "to_version": version + 1,
                        **row,
                    }
                    for row in changed
                ]
                self._write(place, now, version + 1, closed_at)

    def _write(self, place: Place, statement: Statement, version: int, at: datetime) -> None:
        account_id, start = place
        statement_id = f"{account_id}/{start}/{version}"
        cycle = statement.cycle
        self.last[place] = (version, statement)
        self.statements.append(
            {
                "statement_id": statement_id,
                "account_id": account_id,
                "currency": cycle.currency,
                "supersedes": f"{account_id}/{start}/{version - 1}" if version > 1 else None,
                "version": version,
                "line_count": len(statement.lines),
                "net_amount": statement.net,
                "tax_amount": statement.tax,
                "total_amount": statement.net + statement.tax,
                "cycle_start": start,
                "cycle_end_at": cycle.ends_at,
                "closed_at": at,
            }
        )
        for no, billed in enumerate(statement.lines, start=1):
            self.lines.append({"statement_id": statement_id, "line_no": no, **line_row(billed)})


def line_row(billed: BilledLine) -> Row:
    """A row of statement_lines, without what only the models name."""
    line, key = billed.line, billed.line.key
    is_discount = key.line_type == "discount"
    return {
        "line_type": key.line_type,
        "subscription_id": key.subscription_id,
        "plan_id": key.plan_id,
        "item_id": key.item_id,
        "service": None if is_discount else key.service,
        "direction": key.direction,
        "destination_zone": key.destination_zone,
        "roaming_zone": key.roaming_zone,
        "charge_currency": key.charge_currency,
        "tax_code": line.tax_code,
        "tax_basis": line.tax.basis,
        "event_count": line.events,
        "quantity": line.quantity,
        "charge_amount": line.charge_amount,
        "exchange_rate": line.exchange_rate,
        "tax_rate": line.tax.rate,
        "net_amount": billed.net,
        "tax_amount": billed.tax,
    }


def identity(line: BilledLine) -> tuple[Any, ...]:
    """What tells a line apart in all versions."""
    key: Key = line.line.key
    if key.line_type == "discount":
        return (key, line.line.tax.rate, line.line.tax.basis)
    return (key,)


def changes(before: Statement, now: Statement) -> Iterable[Row]:
    """What a new version changes; in another currency each line goes, and comes anew."""
    if before.cycle.currency == now.cycle.currency:
        return differing(before.lines, now.lines)
    return [*differing(before.lines, ()), *differing((), now.lines)]


def differing(before: Iterable[BilledLine], now: Iterable[BilledLine]) -> Iterable[Row]:
    """The lines that cost something else, with what they cost."""
    old = {identity(line): (line.net, line.tax) for line in before}
    new = {identity(line): (line.net, line.tax) for line in now}
    for name in {**old, **new}:
        was, is_now = old.get(name, NOTHING), new.get(name, NOTHING)
        if was != is_now:
            yield {
                "line_type": name[0].line_type,
                "old_net_amount": was[0],
                "new_net_amount": is_now[0],
                "old_tax_amount": was[1],
                "new_tax_amount": is_now[1],
                "delta_amount": sum(is_now) - sum(was),
            }
