"""What a profile says holds where neither an option nor a variable says otherwise."""

import json
from pathlib import Path

import pytest
import typer
from pydantic import ValidationError

from ingestion.commands import settings_for
from ingestion.profiles import RESIDENCE
from ingestion.settings import Settings

LAKE = "s3://lake/tables"


@pytest.fixture(autouse=True)
def no_variables(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("PROFILE", "LAKE_URL", "LANDING_URL", "SPARK_REMOTE", "SPARK_PORT"):
        monkeypatch.delenv(f"RATELAKE_{name}", raising=False)


def test_a_home_is_on_the_disk_and_in_this_process(tmp_path: Path) -> None:
    found = Settings(home=tmp_path)
    assert (found.profile, found.lake_url, found.landing_url, found.spark_remote) == ("",) * 4


def test_the_stack_is_the_bucket_the_cluster_and_two_data_centres(tmp_path: Path) -> None:
    found = Settings(home=tmp_path, profile="stack", spark_port=1234)
    assert (found.lake_url, found.landing_url) == (LAKE, "s3://landing/bundles")
    assert (found.spark_remote, found.cassandra_datacenters) == ("sc://localhost:1234", 2)


def test_a_variable_wins_also_when_it_is_empty(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("RATELAKE_PROFILE", "stack")
    monkeypatch.setenv("RATELAKE_SPARK_REMOTE", "")
    monkeypatch.setenv("RATELAKE_LAKE_URL", "s3://mine/tables")
    found = Settings(home=tmp_path)
    assert (found.spark_remote, found.lake_url) == ("", "s3://mine/tables")
    assert found.landing_url == "s3://landing/bundles"


def test_a_home_remembers_its_profile_and_places(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    places = {"lake_url": "s3://mine/tables", "landing_url": "s3://mine/bundles"}
    known = {"home_id": "1", "profile": "stack", **places}
    (tmp_path / RESIDENCE).write_text(json.dumps(known))
    monkeypatch.setenv("RATELAKE_HOME", str(tmp_path))
    found = Settings()
    assert (found.lake_url, found.landing_url) == tuple(places.values())
    assert found.spark_remote == "sc://localhost:15002"
    embedded = Settings(profile="embedded")
    assert (embedded.lake_url, embedded.spark_remote) == ("s3://mine/tables", "")


def test_a_home_elsewhere_touches_nothing_of_it(tmp_path: Path) -> None:
    other = Settings(home=tmp_path, profile="stack").elsewhere(tmp_path / "trial")
    assert (other.lake_url, other.landing_url, other.spark_remote) == ("", "", "")


def test_another_profile_is_refused_with_those_that_there_are(tmp_path: Path) -> None:
    with pytest.raises(ValidationError, match="embedded"):
        Settings(home=tmp_path, profile="cloud")


def test_a_command_names_a_value_that_is_not_allowed(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    with pytest.raises(typer.Exit) as ended:
        settings_for(tmp_path, profile="cloud")
    assert ended.value.exit_code == 2
    assert capsys.readouterr().err == (
        "ratelake: RATELAKE_PROFILE or its option: got 'cloud'; "
        "String should match pattern '^(embedded|stack)?$'\n"
    )
