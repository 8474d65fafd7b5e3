"""The models' own rules, held against dbt's manifest and the text of the SQL."""

import re
from typing import Any

import pytest

from ingestion.settings import PROJECT
from tests.unit.conventions.project_files import longer_than, name, sql_files, wide_lines

Node = dict[str, Any]

# rows without a key: names repeat, a band may start twice, and what is taken away has no number
KEYLESS = {"new_names", "band_starts", "bound_events", "outcome_changes", "taken_places"}
LASTING = ("appended", "replaced", "summed")
# rules of money so far
RULES = {*range(1, 20)}


def test_every_model_says_what_one_row_is(models: list[Node]) -> None:
    assert [m["name"] for m in models if not m["description"].startswith("One row per ")] == []


def test_every_model_lists_its_columns_and_describes_each(models: list[Node]) -> None:
    assert [model["name"] for model in models if not model["columns"]] == []
    bare = [
        f"{model['name']}.{column['name']}"
        for model in models
        for column in model["columns"].values()
        if not column["description"].strip()
    ]
    assert bare == []


def test_every_model_has_a_test_of_its_key(manifest: dict[str, Any], models: list[Node]) -> None:
    keyed = {
        node["attached_node"]
        for node in manifest["nodes"].values()
        if (node.get("test_metadata") or {}).get("name") == "unique_combination"
    }
    assert {m["name"] for m in models if m["unique_id"] not in keyed} == KEYLESS


def test_no_run_tests_keys_and_every_run_checks_invariants(manifest: dict[str, Any]) -> None:
    tests = [node for node in manifest["nodes"].values() if node["resource_type"] == "test"]
    invariants = [test["name"] for test in tests if "check" not in test["config"]["tags"]]
    assert sorted(invariants) == sorted(path.stem for path in sql_files("tests/dbt"))
    assert 1 <= len(invariants) <= 5


def test_every_lasting_table_says_the_types_of_its_columns(models: list[Node]) -> None:
    """The tables are made from them."""
    lasting = [model for model in models if model["config"]["materialized"] in LASTING]
    untyped = [
        f"{model['name']}.{column['name']}"
        for model in lasting
        for column in model["columns"].values()
        if not column["data_type"]
    ]
    assert lasting and untyped == []


def test_staging_models_and_only_they_carry_a_prefix(models: list[Node]) -> None:
    wrong = [
        model["name"]
        for model in models
        if (model["schema"] == "staging") != model["name"].startswith("stg_")
    ]
    assert wrong == []


def test_one_file_describes_the_models_of_a_folder_and_few_hold_their_unit_tests() -> None:
    files = sorted((PROJECT / "models").rglob("*.yml"))
    kinds = r"_(sources|models|exposures|(\w+_)?unit_tests)\.yml"
    assert [name(path) for path in files if not re.fullmatch(kinds, path.name)] == []
    folders = {path.parent for path in sql_files("models")}
    assert [name(folder) for folder in folders if not (folder / "_models.yml").exists()] == []
    assert longer_than(300, files) == {}
    assert wide_lines(100, files) == []


def test_every_rule_has_unit_tests_named_after_it(manifest: dict[str, Any]) -> None:
    names = [test["name"] for test in manifest["unit_tests"].values()]
    wrong = [name for name in names if not re.match(r"(rule|principle)_\d+_[a-z]", name)]
    assert wrong == []
    assert RULES - {int(name.split("_")[1]) for name in names if name.startswith("rule_")} == set()


def test_every_doc_block_is_used(manifest: dict[str, Any]) -> None:
    written = set(re.findall(r"{% docs (\w+) %}", (PROJECT / "models/docs.md").read_text("utf-8")))
    texts = [path.read_text("utf-8") for path in (PROJECT / "models").rglob("*.yml")]
    used = {name for text in texts for name in re.findall(r"doc\('(\w+)'\)", text)}
    assert written == used


def test_the_map_of_the_models_says_of_each_how_it_is_made_and_what_it_holds(
    models: list[Node],
) -> None:
    text = (PROJECT / "docs" / "models.md").read_text("utf-8")
    rows = re.findall(r"^\| `(\w+)` \| (.+?) \| (.+?) \|$", text, re.M)
    said = [
        (model["name"], model["config"]["materialized"], model["description"].strip())
        for model in models
    ]
    assert sorted(rows) == sorted(said)


def test_every_macro_file_begins_with_what_it_is_for() -> None:
    files = sql_files("macros")
    assert [name(path) for path in files if not path.read_text("utf-8").startswith("{#")] == []


def test_every_test_in_sql_is_named_for_the_fact_and_says_what_a_row_means() -> None:
    kinds = ("assert_", "integrity_", "consistency_")
    files = list(sql_files("tests/dbt"))
    assert [name(path) for path in files if not path.name.startswith(kinds)] == []
    assert [name(p) for p in files if not p.read_text("utf-8").startswith("-- A row: ")] == []


def test_no_model_is_longer_than_125_lines() -> None:
    assert longer_than(125, sql_files("models", "macros")) == {}


def test_a_statement_that_has_a_with_begins_with_it() -> None:
    """Where ephemeral models are put is found by the first one (`ingestion/dbt_calls.py`)."""
    elsewhere = [
        name(path)
        for path in sql_files("models")
        if re.search(r"\bwith\b", text := bare(path.read_text("utf-8")))
        and not text.startswith("with ")
    ]
    assert elsewhere == []


def bare(text: str) -> str:
    """A model without comments and Jinja, one space between words."""
    return " ".join(re.sub(r"(?s){#.*?#}|{{.*?}}|{%.*?%}|--[^\n]*", " ", text).split())


def test_no_line_of_sql_is_wider_than_a_screen() -> None:
    assert wide_lines(120, sql_files("macros")) == []
    assert wide_lines(100, sql_files("tests/dbt")) == []


def test_no_binary_float_in_sql(models: list[Node]) -> None:
    files = [*sql_files("models", "macros"), *(PROJECT / "models").rglob("*.yml")]
    words = r"\b(double|float|real)\b"
    assert [name(path) for path in files if re.search(words, path.read_text("utf-8"), re.I)] == []


def test_no_select_distinct_star_hides_a_join() -> None:
    files = sql_files("models")
    assert [name(p) for p in files if "select distinct *" in p.read_text("utf-8").lower()] == []


MINUS = re.compile(
    r"(?:[,(]|\b(?:select|then|else|when|and|or|by|as|return)\b)\s*-\s*[a-z_{(]", re.I
)


def minus_before_a_value(text: str) -> list[str]:
    return MINUS.findall(
        re.sub(r"--[^\n]*|\{#.*?#\}|\{%-?|-?%\}|\{\{-|-\}\}", "", text, flags=re.S)
    )


@pytest.mark.parametrize("folder", ["models", "macros", "tests/dbt"])
def test_no_sign_is_turned_by_a_minus(folder: str) -> None:
    """On Sail `-amount` can have another type than `amount`: multiply by a sign instead."""
    texts = {name(path): path.read_text("utf-8") for path in sql_files(folder)}
    assert {
        path: found for path, text in texts.items() if (found := minus_before_a_value(text))
    } == {}


@pytest.mark.parametrize(
    ("text", "count"),
    [
        ("select -amount from t", 1),
        ("sum(if(a > b, c, - c))", 1),
        ("case when x then -(y) else -z end", 2),
        ("a - b, cast(-1 as decimal(1, 0)), 'x' -- then -y", 0),
        ("{%- set x -%} select 1", 0),
    ],
)
def test_a_minus_before_a_value_is_found(text: str, count: int) -> None:
    assert len(minus_before_a_value(text)) == count
