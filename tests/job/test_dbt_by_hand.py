"""`dbt build` by hand: every model, unit test, key and invariant, over worlds of all kinds.

What it leaves is held against the oracle, row by row.
"""

import json
from pathlib import Path
from random import Random

import pytest

from ingestion.settings import Settings
from tests.job.dbt_by_hand import KNOWN_AT, ByHand, loaded_home
from tests.oracle.billing.comparison import book_differences, expected_books
from tests.oracle.billing.ledger import Ledger
from tests.oracle.billing.versions import Books
from tests.oracle.comparison import read_tables
from tests.oracle.delivery import write_reference, write_wave
from tests.oracle.records import Delivered
from tests.oracle.reference import Reference
from tests.oracle.waves import Outcome, booked
from tests.oracle.world_frame import WAVES
from tests.oracle.worlds import World, all_at_once, make_world, reference_of

GREEN = ("success", "pass")


def check_build_by_hand(settings: Settings, *, seed: str, worlds: int) -> None:
    """Build random worlds side by side, all that each has at once, on the settings' engine.

    AssertionError names what failed, or was left out, with what dbt said of it, and what is not
    as the oracle has it. The settings name a new home, with an inbox and a reference of its own.
    """
    known, reference = deliver_worlds(settings, [make_world(seed, no) for no in range(worlds)])
    with loaded_home(settings) as by_hand:
        said = {
            result.node.unique_id: f"{result.status}: {result.message}"
            for result in by_hand.dbt("build")
        }
        failed = {name: text for name, text in said.items() if not text.startswith(GREEN)}
        # what failed, before what was skipped for it
        assert sorted(failed.items(), key=lambda item: item[1].startswith("skipped")) == []
        assert set(said) == everything(by_hand)
        outcome = Outcome(*read_tables(by_hand.spark), known, reference, KNOWN_AT)
    outcome.check(seed=seed, worlds=worlds)
    books = expected_books(booked(outcome, Books(), Ledger()))
    # what is open ages until the last run, and there was none
    del books["receivables_ageing"]
    assert book_differences(books, outcome.booked) == []


def deliver_worlds(settings: Settings, worlds: list[World]) -> tuple[list[Delivered], Reference]:
    """What was delivered of usage and facts, and the tariffs, as the oracle has them."""
    feeds = all_at_once(worlds)
    known = write_wave(
        settings.inbox_folder, feeds, known_at=KNOWN_AT, wave="all", random=Random(1)
    )
    write_reference(settings.reference_folder, reference_of(worlds, WAVES - 1))
    return known, Reference.read(settings.reference_folder)


def everything(by_hand: ByHand) -> set[str]:
    """All that dbt knows of and can run: what is ephemeral is part of something else."""
    manifest = json.loads((by_hand.settings.root / "dbt" / "manifest.json").read_text("utf-8"))
    nodes = [
        name
        for name, node in manifest["nodes"].items()
        if node["resource_type"] in ("model", "test")
        and node["config"]["materialized"] != "ephemeral"
    ]
    return {*nodes, *manifest["unit_tests"]}


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    return Settings(
        home=tmp_path / "home", inbox=tmp_path / "inbox", reference=tmp_path / "reference"
    )


def test_dbt_build_by_hand_is_green_and_leaves_what_the_oracle_has(settings: Settings) -> None:
    check_build_by_hand(settings, seed="by hand", worlds=12)
