"""The examples of docs/tariffs.md are a folder that holds, and cost what the page says."""

import csv
import io
import re
from fractions import Fraction
from pathlib import Path

import pytest

from ingestion.reference.files import FILES
from ingestion.reference.validate import InvalidReference, problems, validate
from ingestion.settings import PROJECT
from tests.oracle.examples import ACTIVATE, only_charge, rated, usage, verdicts
from tests.oracle.rating import Result
from tests.oracle.world_frame import Files

PAGE = (PROJECT / "docs" / "tariffs.md").read_text("utf-8")
EXAMPLES = dict(re.findall(r"^```csv (\w+)\n(.*?)^```", PAGE, re.M | re.S))
TALK = {**ACTIVATE, "action_id": "n2", "action": "change_plan", "plan_id": "talk"}


def rated_as_documented(**given: str) -> Result:
    """The oracle's result for one usage record of a subscriber on `talk`, in Berlin."""
    return rated(usage(**given), actions=(TALK,), reference=documented())


def documented() -> Files:
    return {name: list(csv.DictReader(io.StringIO(text))) for name, text in EXAMPLES.items()}


def write(folder: Path) -> Path:
    folder.mkdir()
    for name, text in EXAMPLES.items():
        (folder / f"{name}.csv").write_text(text, "utf-8")
    return folder


def test_the_page_has_an_example_of_every_file_without_a_problem(tmp_path: Path) -> None:
    assert set(EXAMPLES) == set(FILES)
    assert problems(write(tmp_path / "tariffs")) == []


def test_a_fault_looks_as_on_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folder = write(tmp_path / "tariffs")
    for name, right, wrong in [
        ("tariffs", "home,germany,peak", "home,germny,peak"),
        ("tariff_steps", "peak,2,60,", "peak,2,70,"),
    ]:
        path = folder / f"{name}.csv"
        path.write_text(path.read_text().replace(right, wrong))
    monkeypatch.chdir(tmp_path)
    with pytest.raises(InvalidReference) as refused:
        validate(Path("tariffs"))
    assert f"```\n{refused.value}\n```" in PAGE


@pytest.mark.parametrize(
    ("given", "amount", "zone"),
    [
        ({"quantity": "75", "started_at": "2026-03-03T10:00:00+01:00"}, "0.19", "germany"),
        ({"quantity": "90", "started_at": "2026-03-06T19:59:30+01:00"}, "0.23", "germany"),
        ({"service": "sms", "quantity": "1"}, "0.09", "germany_mobile"),
        ({"service": "data", "quantity": "1500", "counterparty": ""}, "0.00", None),
        ({"quantity": "75", "counterparty": "+4930123456"}, "0.19", "germany"),
        ({"quantity": "31", "serving_network": "20820"}, "0.40", "germany"),
    ],
)
def test_an_example_costs_what_the_page_says(
    given: dict[str, str], amount: str, zone: str | None
) -> None:
    charge = only_charge(rated_as_documented(**given))
    assert (charge.charge_amount, charge.destination_zone) == (Fraction(amount), zone)


def test_a_bundle_covers_what_the_page_says() -> None:
    add = {
        **TALK,
        "action_id": "n3",
        "action": "add_bundle",
        "bundle_id": "talk-100",
        "effective_at": "2026-03-01T00:00:00Z",
    }
    calls = [("5940", "2026-03-03T08:00:00+01:00"), ("75", "2026-03-03T10:00:00+01:00")]
    both = [usage(f"e{start[12]}", quantity, started_at=start) for quantity, start in calls]
    alone = rated(both[1], actions=(TALK, add), reference=documented())
    assert (only_charge(alone).charge_amount, only_charge(alone).bundle_units) == (0, 120)
    after = rated(*both, actions=(TALK, add), reference=documented())
    amounts = [charge.charge_amount for charge in after.charges.values()]
    assert amounts == [0, Fraction("0.12")]


def test_an_unpriced_network_waits_as_the_page_says() -> None:
    waiting = rated_as_documented(serving_network="20801")
    assert verdicts(waiting) == [("suspended", "no_tariff")]
