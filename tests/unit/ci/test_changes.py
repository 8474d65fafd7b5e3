"""What dbt's own comparison does not see of a change, held against dbt's manifest."""

import copy
from typing import Any

import pytest

from ci import changes
from tests.parsed import parsed_project

Manifest = dict[str, Any]


@pytest.fixture(scope="module")
def old() -> Manifest:
    return parsed_project()


@pytest.fixture
def new(old: Manifest) -> Manifest:
    """A copy of the manifest to change."""
    return copy.deepcopy(old)


def models_made_as(manifest: Manifest, *kinds: str) -> set[str]:
    return {
        node["unique_id"]
        for node in manifest["nodes"].values()
        if node["resource_type"] == "model" and node["config"]["materialized"] in kinds
    }


def change_macro(manifest: Manifest, name: str) -> None:
    manifest["macros"][f"macro.ratelake.{name}"]["macro_sql"] += "{# other #}"


def test_nothing_changed_touches_nothing(old: Manifest, new: Manifest) -> None:
    assert changes.unseen_models(old, new) == set()
    assert changes.macros_of_all(old, new) == set()


def test_another_materialization_touches_the_models_that_are_made_so(
    old: Manifest, new: Manifest
) -> None:
    change_macro(new, "materialization_appended_spark")
    assert changes.unseen_models(old, new) == models_made_as(old, "appended") != set()
    assert changes.macros_of_all(old, new) == set()


def test_a_macro_that_materializations_call_touches_the_models_of_all_of_them(
    old: Manifest, new: Manifest
) -> None:
    change_macro(new, "may_have_rows")
    assert changes.unseen_models(old, new) == models_made_as(old, "summed", "replaced")


def test_a_macro_of_the_hook_is_for_all_models(old: Manifest, new: Manifest) -> None:
    change_macro(new, "create_lasting_tables")
    assert changes.macros_of_all(old, new) == {"macro.ratelake.create_lasting_tables"}


def test_a_macro_that_dbt_calls_by_itself_is_for_all_models(old: Manifest, new: Manifest) -> None:
    change_macro(new, "generate_schema_name")
    assert changes.macros_of_all(old, new) == {"macro.ratelake.generate_schema_name"}


def test_a_macro_that_models_name_is_left_to_dbt(old: Manifest, new: Manifest) -> None:
    change_macro(new, "local_date")
    assert changes.unseen_models(old, new) == set()
    assert changes.macros_of_all(old, new) == set()


def test_another_type_of_a_column_touches_its_model(old: Manifest, new: Manifest) -> None:
    name = "model.ratelake.usage_days"
    next(iter(new["nodes"][name]["columns"].values()))["data_type"] = "binary"
    assert changes.unseen_models(old, new) == {name}


def test_another_hook_is_seen(old: Manifest, new: Manifest) -> None:
    assert not changes.hooks_differ(old, new)
    for node in new["nodes"].values():
        if node["resource_type"] == "operation":
            node["raw_code"] += " "
    assert changes.hooks_differ(old, new)


def test_what_reads_what_earlier_runs_left_stands_above_what_adds_to_it(old: Manifest) -> None:
    """So who is built anew finds the table as a first run does: it was emptied with all below."""
    model_of = {
        (node["schema"], node["alias"]): node["unique_id"]
        for node in old["nodes"].values()
        if node["resource_type"] == "model"
    }
    read_again = {
        name: model_of[source["schema"], source["identifier"]]
        for name, source in old["sources"].items()
        if (source["schema"], source["identifier"]) in model_of
    }
    wrong = [
        (reader, source)
        for source, model in read_again.items()
        for reader in old["child_map"][source]
        if not reader.startswith("unit_test.")
        and model not in changes.with_descendants(old, [reader])
    ]
    assert read_again and wrong == []
