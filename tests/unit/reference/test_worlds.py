"""Whole reference folders: the sample operator's, random ones, and a very large one."""

import tempfile
import time
from pathlib import Path

import pytest
import yaml
from hypothesis import given, settings

from ingestion.reference.files import FILES
from ingestion.reference.validate import problems
from ingestion.settings import PROJECT
from tests.unit.reference.random_folder import World, faulty_worlds, worlds, write_world
from tests.unit.reference.sound_folder import write


@pytest.mark.parametrize("folder", ["seeds", "docs/example/tariffs"])
def test_what_the_project_ships_has_no_problem(folder: str) -> None:
    assert problems(PROJECT / folder) == []


def test_the_tables_have_the_described_columns_in_order() -> None:
    seeds = yaml.safe_load((PROJECT / "seeds" / "_seeds.yml").read_text())["seeds"]
    tables = {
        seed["name"]: [
            (column["name"], column["data_type"].replace(" ", "")) for column in seed["columns"]
        ]
        for seed in seeds
    }
    assert tables == {
        name: [(column.name, column.spark_type) for column in file.columns]
        for name, file in FILES.items()
    }


@settings(deadline=None)
@given(worlds())
def test_a_folder_without_a_fault_has_no_problem(world: World) -> None:
    with tempfile.TemporaryDirectory() as folder:
        write_world(Path(folder), world)
        assert problems(Path(folder)) == []


@settings(deadline=None)
@given(faulty_worlds())
def test_a_single_fault_is_found_and_named_by_file_and_row(
    planted: tuple[World, str, tuple[str, int]],
) -> None:
    world, _, (file, row) = planted
    with tempfile.TemporaryDirectory() as folder:
        write_world(Path(folder), world)
        found = problems(Path(folder))
    assert [p for p in found if p.file == f"{file}.csv" and row in p.rows], found


def test_170_000_prefixes_with_two_faults_take_seconds(tmp_path: Path) -> None:
    rows = [
        f"{number},zone{number % 200},2026-01-01T00:00:00Z," for number in range(10**5, 27 * 10**4)
    ]
    rows[5] = "41,alps,,"
    rows += ["41,alps,2027-01-01T00:00:00Z,", "4 1,alps,,"]
    write(tmp_path, destinations="\n".join(["prefix,zone,valid_from,valid_to", *rows, ""]))
    began = time.process_time()
    found = problems(tmp_path)
    seconds = time.process_time() - began
    assert [(problem.file, problem.rows) for problem in found] == [
        ("destinations.csv", (7, 170_002)),
        ("destinations.csv", (170_003,)),
    ]
    assert seconds < 5
