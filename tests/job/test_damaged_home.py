"""A table that was removed or damaged by hand is named with what to do; nothing is made worse."""

import shutil
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pytest
from deltalake import DeltaTable, write_deltalake
from typer.testing import CliRunner, Result

from ingestion import runs
from ingestion.lake import tables
from ingestion.settings import Settings
from ratelake import app
from tests.conftest import AS_OF
from tests.job.small_home import SmallHome, deliver_call

WHAT_TO_DO = "put the folder back from a backup, or remove the whole home and load its files again"
Damage = Callable[[Path], None]


@pytest.fixture
def home(called_once: SmallHome, tmp_path: Path) -> SmallHome:
    """A copy that a test damages, to which another call was delivered."""
    home = called_once.copied(tmp_path)
    deliver_call(home, "second", 30)
    return home


def ratelake(home: SmallHome, *arguments: str) -> Result:
    """A command in this process, with what it wrote to both."""
    return CliRunner().invoke(app, [*arguments, "--home", str(home.settings.root)])


def run(home: SmallHome) -> Result:
    reference = str(home.settings.reference_folder)
    return ratelake(home, "run", "--no-publish", *AS_OF, "--reference", reference)


def remove(place: Path) -> None:
    shutil.rmtree(place)


def remove_log(place: Path) -> None:
    shutil.rmtree(place / "_delta_log")


def remove_files(place: Path) -> None:
    for file in place.rglob("*.parquet"):
        file.unlink()


def empty_files(place: Path) -> None:
    for file in place.rglob("*.parquet"):
        file.write_bytes(b"")


def garble_log(place: Path) -> None:
    for commit in (place / "_delta_log").glob("*.json"):
        commit.write_text("{")


def empty_last_commit(place: Path) -> None:
    max((place / "_delta_log").glob("*.json")).write_text("")


DAMAGES = (remove, remove_log, remove_files, empty_files, garble_log, empty_last_commit)


@pytest.mark.parametrize("damage", DAMAGES, ids=lambda damage: damage.__name__)
@pytest.mark.parametrize("name", ["rated.usage_outcomes", runs.LEDGER])
def test_run_and_query_name_the_table_and_what_to_do(
    home: SmallHome, name: str, damage: Damage
) -> None:
    place = Path(tables(home.settings)[name])
    damage(place)
    for shown in (ratelake(home, "query", f"select * from {name}"), run(home)):
        assert (shown.exit_code, shown.stdout) == (1, "")
        assert shown.stderr.startswith(f"ratelake: table {name} at {place} cannot be read (")
        assert shown.stderr.endswith(f"{WHAT_TO_DO}\n")
        assert shown.stderr.count("\n") == 1


def test_a_run_with_nothing_new_names_a_removed_file_too(
    called_once: SmallHome, tmp_path: Path
) -> None:
    home = called_once.copied(tmp_path)
    remove_files(Path(tables(home.settings)["raw.accounts"]))
    shown = run(home)
    assert shown.exit_code == 1
    assert shown.stderr.startswith("ratelake: table raw.accounts at ")


def test_what_a_killed_process_left_of_a_tables_first_commit_is_no_damage(home: SmallHome) -> None:
    log = home.settings.lake / "rated" / "begun" / "_delta_log"
    log.mkdir(parents=True)
    (log / f"{0:020d}.json#1").write_text("")
    assert run(home).exit_code == 0


def test_a_home_of_the_first_version_is_refused_and_stays_as_it_is(tmp_path: Path) -> None:
    settings = Settings(home=tmp_path)
    old = settings.lake / "rated.db" / "usage_charges"
    write_deltalake(old, pa.table({"event_id": ["kept"]}))
    shown = ratelake(SmallHome(settings), "run", "--no-publish")
    assert (shown.exit_code, shown.stdout) == (1, "")
    assert shown.stderr == (
        f"ratelake: home {tmp_path} was written by the first version of Ratelake (lake/rated.db "
        "is there) and cannot be continued: name an empty folder as home and load the files "
        "again\n"
    )
    assert DeltaTable(old).count() == 1
