"""The models against the oracle: random worlds, in waves, every row and every column.

RATELAKE_ORACLE_WORLDS sets how many worlds, RATELAKE_ORACLE_SEED which. Many worlds stand side by
side in one home, as a run costs a minute whatever it rates.
"""

import os
import re
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from random import Random

import pytest
from pyspark.sql import SparkSession

from tests.conftest import CommandsOn
from tests.oracle.comparison import Tables, differences, expected_tables, explain, read_tables
from tests.oracle.delivery import write_reference, write_wave
from tests.oracle.rating import Result, rate
from tests.oracle.records import Delivered
from tests.oracle.reference import Reference
from tests.oracle.world_frame import WAVES, Files
from tests.oracle.worlds import (
    World,
    all_at_once,
    feeds_of,
    in_another_order,
    make_world,
    reference_of,
)

COUNT = int(os.environ.get("RATELAKE_ORACLE_WORLDS", "200"))
SEED = os.environ.get("RATELAKE_ORACLE_SEED", "1")
FIRST_KNOWN_AT = datetime(2026, 11, 10, tzinfo=UTC)


@dataclass(frozen=True)
class Outcome:
    """A home after a run: what it holds, what the oracle expects, and what both were given."""

    got: Tables
    result: Result
    reference: Reference

    def check(self) -> None:
        found = differences(expected_tables(self.result), self.got)
        again = f"RATELAKE_ORACLE_SEED={SEED} RATELAKE_ORACLE_WORLDS={COUNT}"
        assert not found, f"{again}: {explain(found, self.result, self.reference)}"


@dataclass
class Operator:
    """One home with its inbox and reference, run wave by wave."""

    spark: SparkSession
    commands_on: CommandsOn
    folder: Path
    known: list[Delivered]

    def run(self, feeds: Files, reference: Files, wave: int, *options: str) -> Outcome:
        """Deliver, run, and read the tables back."""
        known_at = FIRST_KNOWN_AT + timedelta(days=wave)
        self.known += write_wave(
            self.folder / "inbox",
            feeds,
            known_at=known_at,
            wave=f"wave-{wave}",
            random=Random(f"{SEED}/files/{wave}"),
        )
        write_reference(self.folder / "reference", reference)
        ratelake = self.commands_on(self.folder / "home")
        ratelake(
            "run",
            "--no-publish",
            "--inbox",
            str(self.folder / "inbox"),
            "--reference",
            str(self.folder / "reference"),
            "--as-of",
            known_at.isoformat(),
            *options,
        )
        mended = Reference.read(self.folder / "reference")
        got = read_tables(self.spark, ratelake.settings)
        return Outcome(got, rate(self.known, mended), mended)


@pytest.fixture(scope="module")
def originals() -> list[World]:
    print(f"RATELAKE_ORACLE_SEED={SEED} RATELAKE_ORACLE_WORLDS={COUNT}")
    return [make_world(SEED, number) for number in range(COUNT)]


@pytest.fixture(scope="module")
def twins() -> list[World]:
    """The order-free worlds again under other names, arriving in another order."""
    random = Random(f"{SEED}/twins")
    found = [make_world(SEED, number, twin=True) for number in range(0, COUNT, 2)]
    return [in_another_order(world, random) for world in found]


@pytest.fixture(scope="module")
def operator(
    spark: SparkSession, commands_on: CommandsOn, tmp_path_factory: pytest.TempPathFactory
) -> Operator:
    return Operator(spark, commands_on, tmp_path_factory.mktemp("oracle_waves"), [])


@pytest.fixture(scope="module")
def waves(
    operator: Operator, originals: list[World], twins: list[World]
) -> Iterator[list[Outcome]]:
    """The same home after each wave of all worlds."""
    worlds = [*originals, *twins]
    yield [
        operator.run(feeds_of(worlds, wave), reference_of(worlds, wave), wave)
        for wave in range(WAVES)
    ]


@pytest.fixture(scope="module")
def at_once(
    spark: SparkSession,
    commands_on: CommandsOn,
    originals: list[World],
    tmp_path_factory: pytest.TempPathFactory,
) -> Outcome:
    """A new home to which everything comes in one run."""
    operator = Operator(spark, commands_on, tmp_path_factory.mktemp("oracle_at_once"), [])
    last = WAVES - 1
    return operator.run(all_at_once(originals), reference_of(originals, last), last)


def test_the_worlds_have_fifty_events_each(originals: list[World]) -> None:
    usage = all_at_once(originals)["usage"]
    assert len({row["event_id"] for row in usage}) >= 50 * COUNT


@pytest.mark.parametrize("wave", range(WAVES))
def test_the_models_agree_with_the_oracle_on_every_row_after_each_wave(
    waves: list[Outcome], wave: int
) -> None:
    waves[wave].check()


def test_the_models_agree_with_the_oracle_when_everything_comes_at_once(at_once: Outcome) -> None:
    at_once.check()


def test_three_waves_end_in_the_same_charges_as_one(
    waves: list[Outcome], at_once: Outcome, originals: list[World]
) -> None:
    names = tuple(f"{world.name}-" for world in originals if world.is_order_free)
    assert charges_of(waves[-1].got, names) == charges_of(at_once.got, names)


def test_shuffled_arrival_ends_in_the_same_charges(
    waves: list[Outcome], originals: list[World], twins: list[World]
) -> None:
    names = tuple(f"{world.name}-" for world in originals if world.is_order_free)
    shuffled = charges_of(waves[-1].got, tuple(f"{world.name}-" for world in twins))
    renamed = [re.sub(r"\bx(?=\d{3,}-)", "w", line) for line in shuffled]
    assert charges_of(waves[-1].got, names) == sorted(renamed)


def test_a_rebuild_from_raw_is_row_for_row_what_the_waves_left(
    operator: Operator, waves: list[Outcome], originals: list[World], twins: list[World]
) -> None:
    last = WAVES - 1
    rebuilt = operator.run({}, reference_of([*originals, *twins], last), last, "--full-refresh")
    assert rebuilt.got == waves[-1].got


def charges_of(tables: Tables, names: tuple[str, ...]) -> list[str]:
    """Charges and segments of the worlds with these names, as texts in order."""
    return sorted(
        f"{table} {row}"
        for table in ("rated.usage_charges", "rated.usage_charge_segments")
        for row in tables[table].values()
        if row["event_id"].startswith(names)
    )
