"""`dbt build` by hand: every model, unit test, key and invariant, over worlds of all kinds."""

import json
from pathlib import Path
from random import Random

import pytest

from ingestion.settings import Settings
from tests.job.dbt_by_hand import KNOWN_AT, ByHand, loaded_home
from tests.oracle.delivery import write_reference, write_wave
from tests.oracle.world_frame import WAVES
from tests.oracle.worlds import all_at_once, make_world, reference_of

WORLDS = 12
GREEN = ("success", "pass")


def check_build_by_hand(settings: Settings) -> None:
    """Build what the inbox and the reference folder of a new home hold, on the settings' engine.

    AssertionError names what failed, or was left out, with what dbt said of it.
    """
    deliver_worlds(settings)
    with loaded_home(settings) as by_hand:
        said = {
            result.node.unique_id: f"{result.status}: {result.message}"
            for result in by_hand.dbt("build")
        }
        assert {name: text for name, text in said.items() if not text.startswith(GREEN)} == {}
        assert set(said) == everything(by_hand)


def deliver_worlds(settings: Settings) -> None:
    """Random worlds side by side, each with all that it has in any wave."""
    worlds = [make_world("by hand", number) for number in range(WORLDS)]
    feeds = all_at_once(worlds)
    write_wave(settings.inbox_folder, feeds, known_at=KNOWN_AT, wave="all", random=Random(1))
    write_reference(settings.reference_folder, reference_of(worlds, WAVES - 1))


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


def test_dbt_build_by_hand_is_green_and_leaves_nothing_out(settings: Settings) -> None:
    check_build_by_hand(settings)
