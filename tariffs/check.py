"""Runs the examples through the real models, in a home of their own, and says what differs."""

import csv
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from decimal import Decimal
from pathlib import Path
from tempfile import TemporaryDirectory

from ingestion.engine import engine
from ingestion.keys import create_keyring, load_keyring
from ingestion.landing.collect import collect
from ingestion.raw.load import load
from ingestion.reference.validate import validate
from ingestion.settings import Settings
from tariffs.examples import Example, Usage, read_examples
from tariffs.trial import import_dbt_meanwhile, rate

Bar = Callable[[str], Callable[[int, int], None]]

ACCOUNT = "account_id,currency,time_zone,bill_day,effective_at"
ACTION = "action_id,effective_at,action,subscription_id,account_id,subscriber,plan_id,bundle_id"
USAGE = "event_id,subscriber,service,direction,counterparty,started_at,quantity,serving_network"
RESULT = "select event_id, reason, charge_amount, tariff_id from rated.usage_outcomes"


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


def check_examples(settings: Settings, *, bar: Bar) -> Outcome:
    """Rate the examples of the settings' reference folder and compare.

    Raises InvalidReference for tariff files or examples that are wrong, and what a run raises.
    """
    validate(settings.reference_folder)
    examples = read_examples(settings.reference_folder)
    events = {
        _event_id(number, place): (example, usage)
        for number, example in enumerate(examples)
        for place, usage in enumerate(example.usages)
    }
    if not events:
        return Outcome(0, 0, [])
    with TemporaryDirectory(prefix="ratelake-examples-") as folder:
        home = _home(settings, Path(folder))
        _write_feeds(home.inbox_folder, examples)
        rated = _rated(home, bar)
    return Outcome(len(examples), len(events), list(_differences(events, rated)))


def _rated(home: Settings, bar: Bar) -> dict[str, Rated]:
    """Collect, load and rate as a run does, without what comes after rating."""
    create_keyring(home.keyring_file)
    keyring, now = load_keyring(home.keyring_file), datetime.now(UTC)
    with engine(home) as spark:
        import_dbt_meanwhile()
        collect(home, keyring, known_at=now, on_progress=bar("collect"))
        load(spark, home, keyring, run_id=1, known_at=now, on_progress=bar("load"))
        rate(spark, home, now, bar("rate"))
        return {
            row.event_id: Rated(row.reason, row.charge_amount, row.tariff_id)
            for row in spark.sql(RESULT).collect()
        }


def _home(settings: Settings, folder: Path) -> Settings:
    return settings.elsewhere(folder, reference=settings.reference_folder)


def _differences(
    events: dict[str, tuple[Example, Usage]], rated: dict[str, Rated]
) -> Iterable[Difference]:
    for event_id, (example, usage) in events.items():
        got = rated.get(event_id, Rated("rejected", None, None))
        pairs = [("charge", _shown(usage.expected_charge), _shown(got.charge))]
        if usage.expected_charge is None or got.charge is None:
            # without a charge the reason says more than its absence
            expected = _result(usage.expected_charge, usage.expected_reason)
            pairs = [("result", expected, _result(got.charge, got.reason))]
        if usage.expected_tariff is not None:
            pairs.append(("tariff", usage.expected_tariff, got.tariff or "none"))
        for what, wanted, found in pairs:
            if wanted != found:
                yield Difference(usage.file, usage.line, example.name, what, wanted, found)


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
        day = str(example.bill_day)
        accounts.append((account, example.currency, example.time_zone, day, since))
        subscription = (f"subscription-{number}", account, subscriber)
        actions.append((f"on-{number}", since, "activate", *subscription, example.plan_id, ""))
        actions += [
            (f"add-{number}-{place}", since, "add_bundle", *subscription, "", bundle)
            for place, bundle in enumerate(example.bundles)
        ]
        usage += [
            (_event_id(number, place), subscriber, *_used(used))
            for place, used in enumerate(example.usages)
        ]
    _write(inbox / "account", ACCOUNT, accounts)
    _write(inbox / "action", ACTION, actions)
    _write(inbox / "usage", USAGE, usage)


def _used(usage: Usage) -> tuple[str, ...]:
    return (
        usage.service,
        usage.direction,
        usage.counterparty,
        usage.started_at.isoformat(),
        str(usage.quantity),
        usage.serving_network,
    )


def _write(folder: Path, header: str, rows: Sequence[Sequence[str]]) -> None:
    folder.mkdir(parents=True)
    with (folder / "examples.csv").open("w", encoding="utf-8", newline="") as out:
        writer = csv.writer(out)
        writer.writerow(header.split(","))
        writer.writerows(rows)
