"""The questions in analyses/ are answered, each by the role that it names."""

import re
from pathlib import Path

import pytest

from ingestion.settings import PROJECT
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack

QUESTIONS = sorted((PROJECT / "analyses").glob("*.sql"))


@pytest.mark.parametrize("path", QUESTIONS, ids=lambda path: path.stem)
def test_a_question_is_answered(analysts: AnalystHome, path: Path) -> None:
    text = path.read_text()
    said = re.match(r"-- (?P<question>.+\?)\n-- role: (?P<role>analyst|finance|support)\n", text)
    assert said, f"{path.name} begins with its question and its role"
    assert analysts.ask(said["role"], text)


def test_there_are_a_dozen() -> None:
    assert len(QUESTIONS) >= 12


def test_segments_add_up_to_all_that_was_charged(analysts: AnalystHome) -> None:
    asked = (PROJECT / "analyses" / "spend_per_segment.sql").read_text()
    [[found, of_accounts]] = analysts.ask(
        "analyst", f"select sum(charge_amount), sum(event_count) from ({asked})"
    )
    assert [(of_accounts, found)] == analysts.spark(
        "select count(*), sum(charge_amount) from rated.usage_charges"
    )
