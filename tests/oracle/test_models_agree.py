"""The models against the oracle: random worlds, in waves, every row and every column.

RATELAKE_ORACLE_WORLDS sets how many worlds, RATELAKE_ORACLE_SEED which. They stand side by side in
one home.
"""

import os
import re
from pathlib import Path
from random import Random

import pytest

from ingestion.settings import Settings
from tests.oracle.waves import Operator, Outcome, check_books
from tests.oracle.world_frame import WAVES
from tests.oracle.worlds import (
    World,
    all_at_once,
    in_another_order,
    make_world,
    reference_of,
)

COUNT = int(os.environ.get("RATELAKE_ORACLE_WORLDS", "200"))
SEED = os.environ.get("RATELAKE_ORACLE_SEED", "1")


def new_operator(folder: Path) -> Operator:
    settings = Settings(
        home=folder / "home", inbox=folder / "inbox", reference=folder / "reference"
    )
    return Operator(settings, SEED)


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
def operator(tmp_path_factory: pytest.TempPathFactory) -> Operator:
    return new_operator(tmp_path_factory.mktemp("oracle_waves"))


@pytest.fixture(scope="module")
def waves(operator: Operator, originals: list[World], twins: list[World]) -> list[Outcome]:
    """The same home after each wave of all worlds."""
    return operator.run_waves([*originals, *twins])


@pytest.fixture(scope="module")
def at_once(originals: list[World], tmp_path_factory: pytest.TempPathFactory) -> Outcome:
    """A new home to which everything comes in one run."""
    operator = new_operator(tmp_path_factory.mktemp("oracle_at_once"))
    last = WAVES - 1
    return operator.run(all_at_once(originals), reference_of(originals, last), last)


def order_free(worlds: list[World]) -> tuple[str, ...]:
    """What begins the ids of worlds in which the order of arrival changes nothing."""
    return tuple(f"{world.name}-" for world in worlds if world.is_order_free)


def test_the_worlds_have_fifty_events_each(originals: list[World]) -> None:
    usage = all_at_once(originals)["usage"]
    assert len({row["event_id"] for row in usage}) >= 50 * COUNT


@pytest.mark.parametrize("wave", range(WAVES))
def test_the_models_agree_with_the_oracle_on_every_row_after_each_wave(
    waves: list[Outcome], wave: int
) -> None:
    waves[wave].check(seed=SEED, worlds=COUNT)


def test_statements_lines_and_deltas_are_the_oracles_after_each_wave(waves: list[Outcome]) -> None:
    check_books(waves)


def test_the_models_agree_with_the_oracle_when_everything_comes_at_once(at_once: Outcome) -> None:
    at_once.check(seed=SEED, worlds=COUNT)


def test_three_waves_end_in_the_same_charges_as_one(
    waves: list[Outcome], at_once: Outcome, originals: list[World]
) -> None:
    names = order_free(originals)
    assert waves[-1].charges_of(names) == at_once.charges_of(names)


def test_shuffled_arrival_ends_in_the_same_charges(
    waves: list[Outcome], originals: list[World], twins: list[World]
) -> None:
    shuffled = waves[-1].charges_of(order_free(twins))
    renamed = [re.sub(r"\bx(?=\d{3,}-)", "w", line) for line in shuffled]
    assert waves[-1].charges_of(order_free(originals)) == sorted(renamed)


def test_a_rebuild_from_raw_is_row_for_row_what_the_waves_left(
    operator: Operator, waves: list[Outcome], originals: list[World], twins: list[World]
) -> None:
    last = WAVES - 1
    reference = reference_of([*originals, *twins], last)
    rebuilt = operator.run({}, reference, last, full_refresh=True)
    assert rebuilt.got == waves[-1].got
    assert rebuilt.booked == waves[-1].booked
