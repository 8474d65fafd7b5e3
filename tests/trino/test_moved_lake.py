"""A home whose tables a run brings from the disk into a bucket: Trino follows them there."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from ingestion.settings import Settings
from stack import trino
from stack.process import free_port
from stack.trino.client import StatementRefused
from tests.conftest import AS_OF, Ratelake
from tests.trino.analyst_home import AnalystHome

CHARGED = "select count(*), sum(charge_amount) from lake.rated.usage_charges"
SAMPLE = ("--subscribers", "20", "--events", "200", "--seed", "7")


@pytest.fixture
def home(tmp_path: Path) -> Iterator[AnalystHome]:
    """With tables on the disk, an S3 server that has none, and a Trino server."""
    ports = {name: free_port() for name in ("s3_port", "trino_port", "keycloak_port")}
    variables = {f"RATELAKE_{name.upper()}": str(port) for name, port in ports.items()}
    ratelake = Ratelake(Settings(home=tmp_path / "home", **ports), variables)
    ratelake("generate", *SAMPLE)
    ratelake("run", "--no-publish", *AS_OF)
    try:
        ratelake("up", "s3", "trino")
        yield AnalystHome(ratelake)
    finally:
        ratelake("down", "trino", "s3", exit_code=None)


def test_trino_follows_the_tables_into_a_bucket(home: AnalystHome) -> None:
    settings, before = home.settings, home.ask("analyst", CHARGED)
    process = trino.running(settings)
    assert before[0][0] > 0
    home.ratelake.variables["RATELAKE_LAKE_URL"] = "s3://lake/tables"
    home.ratelake("run", "--no-publish", *AS_OF)
    assert not settings.lake.exists()
    started = trino.running(settings)
    assert started is not None and started != process
    assert home.ask("analyst", CHARGED) == before
    place = 'select distinct "$path" from lake.tables.rated__usage_outcomes'
    assert all(path.startswith("s3://lake/tables/") for [path] in home.ask("engineer", place))
    with pytest.raises(StatementRefused):
        home.ask("analyst", place)
    home.ratelake("up", "trino")
    assert trino.running(settings) == started and home.ask("analyst", CHARGED) == before
