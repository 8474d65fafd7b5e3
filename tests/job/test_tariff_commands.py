"""`ratelake tariff`: the sample operator's examples, the documented ones, and wrong ones."""

import csv
import json
import re
import shutil
from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from ingestion.settings import PROJECT
from ratelake import app

SEEDS = PROJECT / "seeds"
EXAMPLES = "examples/sample_operator.csv"


def ratelake(*arguments: str) -> Result:
    return CliRunner().invoke(app, arguments)


@pytest.fixture
def tariffs(tmp_path: Path) -> Path:
    """A copy of the sample operator's tariffs, to be changed."""
    return Path(shutil.copytree(SEEDS, tmp_path / "tariffs"))


def edit(path: Path, key: str, value: str, **changes: str) -> None:
    """Change columns of the rows in which `key` is `value`."""
    with path.open(newline="") as file:
        rows = list(csv.DictReader(file))
    for row in rows:
        if row[key] == value:
            row.update(changes)
    with path.open("w", newline="") as file:
        writer = csv.DictWriter(file, rows[0], lineterminator="\n")
        writer.writeheader()
        writer.writerows(rows)


def test_the_sample_operators_examples_are_as_expected() -> None:
    done = ratelake("tariff", "test", "--format", "json")
    shown = json.loads(done.stdout)
    assert shown["differences"] == [] and done.exit_code == 0
    assert (shown["examples"], shown["events"]) == (22, 29)


def test_the_documented_examples_are_as_expected_and_a_wrong_one_is_shown(tmp_path: Path) -> None:
    folder = tmp_path / "documented"
    page = (PROJECT / "docs" / "tariffs.md").read_text("utf-8")
    for name, text in re.findall(r"^```csv (\S+)\n(.*?)^```", page, re.M | re.S):
        path = folder / f"{name}.csv"
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    with (folder / "examples" / "talk.csv").open("a") as examples:
        examples.write("too dear,talk,sms,4930,,2026-03-03T10:00:00Z,1,,EUR,UTC,0.10,,\n")
    done = ratelake("tariff", "test", "--reference", str(folder))
    assert done.exit_code == 1
    assert "1 are not as expected" in done.stdout
    row = next(line for line in done.stdout.splitlines() if "too dear" in line)
    cells = [cell.strip() for cell in row.strip("│").split("│")]
    assert cells[1:] == ["too dear", "charge", "0.1", "0.09"]
    assert cells[0].startswith("examples/talk.csv:")


def test_without_examples_it_says_where_to_put_them(tariffs: Path) -> None:
    (tariffs / EXAMPLES).unlink()
    done = ratelake("tariff", "test", "--reference", str(tariffs))
    assert done.exit_code == 0
    assert "has no examples: put usage and expected charges into examples/*.csv" in done.stdout


def test_a_folder_that_is_not_there_is_no_folder_without_examples(tmp_path: Path) -> None:
    for command in (
        ["check", str(tmp_path / "none")],
        ["test", "--reference", str(tmp_path / "none")],
    ):
        done = ratelake("tariff", *command)
        assert done.exit_code == 1
        assert (
            f"{tmp_path / 'none'}: is no folder; allowed: a folder of tariff files" in done.stderr
        )


def test_a_sound_folder_is_said_to_be_one(tariffs: Path) -> None:
    done = ratelake("tariff", "check", str(tariffs))
    assert done.exit_code == 0
    assert "all tariff files are well formed, and 22 examples" in done.stdout


@pytest.mark.parametrize(
    ("changes", "said"),
    [
        ({"time_zone": "New York"}, "row 11: time_zone is 'New York'; allowed: a time zone of the"),
        ({"expected_charge": "five"}, "row 11: expected_charge is 'five'; allowed: a decimal"),
        ({"quantity": "1e3"}, "row 11: quantity is '1e3'; allowed: a decimal"),
        ({"started_at": "2026-10-13"}, "row 11: started_at is '2026-10-13'; allowed:"),
        ({"bill_day": "31"}, "bill_day is '31'"),
        ({"expected_charge": ""}, "row 11: expected_charge and expected_reason are both given or"),
        (
            {"expected_reason": "no_tariff"},
            "row 11: expected_charge and expected_reason are both given or both empty; allowed: "
            "one of them",
        ),
        (
            {"example": "two minutes begun in the morning"},
            "rows 2, 11: currency differs within example 'two minutes begun in the morning'",
        ),
    ],
    ids=lambda value: next(iter(value)) if isinstance(value, dict) else "",
)
def test_wrong_examples_are_named_by_row(tariffs: Path, changes: dict[str, str], said: str) -> None:
    if "bill_day" in changes:
        text = (tariffs / EXAMPLES).read_text().splitlines()
        text = [text[0] + ",bill_day", *(line + ",31" for line in text[1:])]
        (tariffs / EXAMPLES).write_text("\n".join(text))
    else:
        edit(tariffs / EXAMPLES, "example", "a low night call", **changes)
    for command in (["check", str(tariffs)], ["test", "--reference", str(tariffs)]):
        done = ratelake("tariff", *command)
        assert done.exit_code == 1 and done.stdout == ""
        assert said in done.stderr, done.stderr


def test_wrong_tariff_files_stop_the_examples_too(tariffs: Path) -> None:
    edit(tariffs / "tariff_steps.csv", "tariff_id", "essential_sms_austria", price="seven")
    for command in (["check", str(tariffs)], ["test", "--reference", str(tariffs)]):
        done = ratelake("tariff", *command)
        assert done.exit_code == 1
        assert "price is 'seven'; allowed: a decimal" in done.stderr
