"""A home on which worlds are rated wave by wave, beside what the oracle makes of them."""

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from functools import cached_property
from random import Random

from ingestion.engine import engine
from ingestion.run import run_once
from ingestion.settings import Settings
from tests.oracle import records
from tests.oracle.billing.balances import Balances
from tests.oracle.billing.comparison import Rows, book_differences, expected_books
from tests.oracle.billing.cycles import Statement, statements
from tests.oracle.billing.ledger import Ledger
from tests.oracle.billing.prices import Prices
from tests.oracle.billing.versions import Books, Place
from tests.oracle.comparison import Tables, differences, expected_tables, explain, read_tables
from tests.oracle.delivery import write_reference, write_wave
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered
from tests.oracle.reference import Reference
from tests.oracle.who import Accounts
from tests.oracle.world_frame import WAVES, Files
from tests.oracle.worlds import World, feeds_of, make_world, reference_of

# cycles of worlds that gather in October close between the waves, those of others before
FIRST_KNOWN_AT = datetime(2026, 10, 27, tzinfo=UTC)
BETWEEN_WAVES = timedelta(days=20)


@dataclass(frozen=True)
class Outcome:
    """A home after a run: what it holds, and what it and the oracle were given."""

    got: Tables
    booked: Rows
    known: list[Delivered]
    reference: Reference
    known_at: datetime

    @cached_property
    def result(self) -> Result:
        """What the oracle makes of it."""
        return rate(self.known, self.reference)

    def check(self, *, seed: str, worlds: int) -> None:
        """Raise AssertionError, with what led to it, where a row is not the oracle's."""
        found = differences(expected_tables(self.result), self.got)
        again = f"RATELAKE_ORACLE_SEED={seed} RATELAKE_ORACLE_WORLDS={worlds}"
        assert not found, f"{again}: {explain(found, self.result, self.reference)}"

    def statements(self) -> dict[Place, Statement | None]:
        """What the oracle makes of every cycle that has ended."""
        return statements(self.known, self.reference, self.result, self.known_at)

    def charges_of(self, names: tuple[str, ...]) -> list[str]:
        """Charges and segments of the worlds with these names, as texts in order."""
        return sorted(
            f"{table} {row}"
            for table in ("rated.usage_charges", "rated.usage_charge_segments")
            for row in self.got[table].values()
            if row["event_id"].startswith(names)
        )


@dataclass
class Operator:
    """One home with its inbox and reference, and all that was ever delivered to it."""

    settings: Settings
    seed: str
    known: list[Delivered] = field(default_factory=list)

    def run(
        self, feeds: Files, reference: Files, wave: int, *, full_refresh: bool = False
    ) -> Outcome:
        """Deliver, run in this process, and read the tables back."""
        known_at = FIRST_KNOWN_AT + wave * BETWEEN_WAVES
        self.known += write_wave(
            self.settings.inbox_folder,
            feeds,
            known_at=known_at,
            wave=f"wave-{wave}",
            random=Random(f"{self.seed}/files/{wave}"),
        )
        write_reference(self.settings.reference_folder, reference)
        run_once(
            self.settings,
            as_of=known_at,
            publish=None,
            bar=lambda stage: lambda done, total: None,
            full_refresh=full_refresh,
        )
        mended = Reference.read(self.settings.reference_folder)
        with engine(self.settings) as spark:
            got, booked = read_tables(spark)
        return Outcome(got, booked, list(self.known), mended, known_at)

    def run_waves(self, worlds: list[World]) -> list[Outcome]:
        """Run once for each wave of the worlds."""
        return [
            self.run(feeds_of(worlds, wave), reference_of(worlds, wave), wave)
            for wave in range(WAVES)
        ]


def check_books(outcomes: list[Outcome]) -> None:
    """Raise AssertionError where a statement, posting or balance of these runs is another."""
    books, ledger = Books(), Ledger()
    for outcome in outcomes:
        balances = booked(outcome, books, ledger)
        found = book_differences(expected_books(balances), outcome.booked)
        assert not found, "\n".join(found)


def booked(outcome: Outcome, books: Books, ledger: Ledger) -> Balances:
    """Close and post what a run does, and return what accounts owe after it."""
    accounts = Accounts(records.accounts(outcome.known))
    prices = Prices(outcome.reference)
    books.close(outcome.statements(), outcome.known_at)
    ledger.post(books, outcome.known, accounts, prices, outcome.known_at)
    charges = list(outcome.result.charges.values())
    return Balances(books, ledger, accounts, charges, prices, outcome.known_at)


def compare_worlds(settings: Settings, *, worlds: int, seed: str = "1") -> list[Outcome]:
    """Rate worlds on a new home in three waves and once more from raw, on the settings' engine.

    Every row must be the oracle's after each run, else AssertionError. `settings` needs an inbox
    and a reference folder of its own: both are written.
    """
    made = [make_world(seed, number) for number in range(worlds)]
    operator = Operator(settings, seed)
    last = WAVES - 1
    outcomes = operator.run_waves(made)
    for outcome in outcomes:
        outcome.check(seed=seed, worlds=worlds)
    check_books(outcomes)
    rebuilt = operator.run({}, reference_of(made, last), last, full_refresh=True)
    assert rebuilt.got == outcomes[-1].got
    return outcomes
