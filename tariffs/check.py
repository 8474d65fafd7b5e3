"""Runs the examples through the real models, in a home of their own, and says what differs."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.run import run_once
from ingestion.settings import Settings
from ingestion.spark import spark_session
from tariffs.examples import Example, Usage, read_examples

RESULT = """
select
    disposition.event_id,
    disposition.reason,
    charge.charge_amount,
    charge.tariff_id
from rated.usage_dispositions as disposition
left join rated.usage_charges as charge
    on
        disposition.file_id = charge.file_id
        and disposition.record_no = charge.record_no
"""


@dataclass(frozen=True)
class Rated:
    """What the models made of an event: a charge by a tariff, or a reason why there is none."""

    reason: str | None
    charge: Decimal | None
    tariff: str | None


@dataclass(frozen=True)
class Difference:
    """One thing that is not as expected. `example` names it, `file` and `line` say where it is."""

    file: str
    line: int
    example: str
    what: str
    expected: str
    got: str


@dataclass(frozen=True)
class Outcome:
    """How many examples and events were rated, and what differed."""

    examples: int
    events: int
    differences: list[Difference]


def check_examples(
    settings: Settings, *, bar: Callable[[str], Callable[[int, int], None]]
) -> Outcome:
    """Rate the examples of the settings' reference folder and compare.

    Raises InvalidReference for tariff files or examples that are wrong, and what a run raises.
    """
    examples = read_examples(settings.reference_folder)
    events = {
        _event_id(number, place): (example, usage)
        for number, example in enumerate(examples)
        for place, usage in enumerate(example.usages)
    }
    if not events:
        return Outcome(0, 0, [])
    with TemporaryDirectory(prefix="ratelake-examples-") as folder:
        home = settings.model_copy(
            update={"home": Path(folder), "inbox": None, "reference": settings.reference_folder}
        )
        _write_feeds(home.inbox_folder, examples)
        run_once(home, as_of=None, publish=None, bar=bar)
        with spark_session(home) as spark:
            rated = {
                row.event_id: Rated(row.reason, row.charge_amount, row.tariff_id)
                for row in spark.sql(RESULT).collect()
            }
    return Outcome(len(examples), len(events), list(_differences(events, rated)))


def _differences(
    events: dict[str, tuple[Example, Usage]], rated: dict[str, Rated]
) -> Iterable[Difference]:
    for event_id, (example, usage) in events.items():
        got = rated.get(event_id, Rated("rejected", None, None))
        pairs = [("charge", _shown(usage.expected_charge), _shown(got.charge))]
        if usage.expected_charge is None or got.charge is None:
            # without a charge the reason says more than its absence
            pairs = [("result", _result(usage.expected_charge, usage.expected_reason),
                      _result(got.charge, got.reason))]  # fmt: skip
        if usage.expected_tariff is not None:
            pairs.append(("tariff", usage.expected_tariff, got.tariff or "none"))
        for what, expected, found in pairs:
            if expected != found:
                yield Difference(usage.file, usage.line, example.name, what, expected, found)


def _result(charge: Decimal | None, reason: str | None) -> str:
    return _shown(charge) if charge is not None else f"suspended / {reason}"


def _shown(amount: Decimal | None) -> str:
    return "" if amount is None else f"{amount.normalize():f}"


def _event_id(number: int, place: int) -> str:
    return f"example-{number}-{place}"


def _write_feeds(inbox: Path, examples: Sequence[Example]) -> None:
    accounts, actions, usage = [], [], []
    for number, example in enumerate(examples):
        account, subscriber = f"account-{number}", f"999{number:09d}"
        since = example.activated_at.isoformat()
        accounts.append(
            (account, example.currency, example.time_zone, str(example.bill_day), since)
        )
        subscription = (f"subscription-{number}", account, subscriber)
        actions.append((f"on-{number}", since, "activate", *subscription, example.plan_id, ""))
        actions += [
            (f"add-{number}-{place}", since, "add_bundle", *subscription, "", bundle)
            for place, bundle in enumerate(example.bundles)
        ]
        usage += [
            (
                _event_id(number, place), used.service, used.direction, subscriber,
                used.counterparty, used.started_at.isoformat(), str(used.quantity),
                used.serving_network,
            )
            for place, used in enumerate(example.usages)
        ]  # fmt: skip
    _write(inbox / "account", "account_id,currency,time_zone,bill_day,effective_at", accounts)
    _write(
        inbox / "action",
        "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id,bundle_id",
        actions,
    )
    _write(
        inbox / "usage",
        "event_id,service,direction,subscriber,counterparty,started_at,quantity,serving_network",
        usage,
    )


def _write(folder: Path, header: str, rows: Sequence[Sequence[str]]) -> None:
    folder.mkdir(parents=True)
    with (folder / "examples.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header.split(","))
        writer.writerows(rows)
