"""A home whose tables go from the disk into a bucket, and then into a metastore: Trino follows."""

from collections.abc import Iterator
from dataclasses import dataclass

import psutil
import pytest

from ingestion.settings import Settings
from serving import trino as served
from stack import trino
from stack.process import free_port
from stack.trino import OWNER, ROLES
from stack.trino.client import StatementRefused
from tests.conftest import AS_OF, Ratelake
from tests.trino.analyst_home import AnalystHome

pytestmark = pytest.mark.stack
CHARGED = "select count(*), sum(charge_amount) from lake.rated.usage_charges"
PLACES = 'select distinct "$path" from {}'
SAMPLE = ("--subscribers", "20", "--events", "200", "--seed", "7")
PORTS = ("s3_port", "metastore_port", "metastore_database_port", "trino_port", "keycloak_port")
OUTCOMES = "metastore.rated.usage_outcomes"
REFUSED = r"Cannot|Access Denied|not found or not allowed|does not exist"


@dataclass
class Stage:
    """What the server said, and which process it was."""

    charged: list[list[object]]
    process: psutil.Process | None


@dataclass
class Journey:
    home: AnalystHome
    on_disk: Stage
    in_bucket: Stage
    # where an engineer saw the table's files then
    places: list[list[str]]


@pytest.fixture(scope="module")
def journey(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Journey]:
    """The home at its end, in the bucket and with a metastore, and what Trino said on the way."""
    ports = {name: free_port() for name in PORTS}
    variables = {f"RATELAKE_{name.upper()}": str(port) for name, port in ports.items()}
    folder = tmp_path_factory.mktemp("journey") / "home"
    ratelake = Ratelake(Settings(home=folder, **ports), variables)
    home = AnalystHome(ratelake)
    ratelake("generate", *SAMPLE)
    ratelake("run", "--no-publish", *AS_OF)
    try:
        ratelake("up", "s3", "trino")
        on_disk = _stage(home)
        variables["RATELAKE_LAKE_URL"] = "s3://lake/tables"
        ratelake("run", "--no-publish", *AS_OF)
        in_bucket = _stage(home)
        places = home.ask("engineer", PLACES.format("lake.tables.rated__usage_outcomes"))
        ratelake("up", "metastore", "trino")
        moved = AnalystHome(Ratelake(Settings(home=folder, **ports), variables))
        yield Journey(moved, on_disk, in_bucket, places)
    finally:
        ratelake("down", "trino", "metastore", "s3", exit_code=None)


def _stage(home: AnalystHome) -> Stage:
    return Stage(home.ask("analyst", CHARGED), trino.running(home.settings))


def test_people_get_the_same_rows_wherever_the_tables_are(journey: Journey) -> None:
    [[count, _]] = journey.on_disk.charged
    assert isinstance(count, int) and count > 0
    assert journey.in_bucket.charged == journey.on_disk.charged
    assert journey.home.ask("analyst", CHARGED) == journey.on_disk.charged


def test_the_server_is_started_anew_when_the_tables_moved(journey: Journey) -> None:
    running = trino.running(journey.home.settings)
    processes = [journey.on_disk.process, journey.in_bucket.process, running]
    assert None not in processes and len(set(processes)) == 3
    served.start(journey.home.settings)
    assert trino.running(journey.home.settings) == running


def test_an_engineer_finds_the_tables_where_they_are(journey: Journey) -> None:
    assert not journey.home.settings.lake.exists()
    for places in (journey.places, journey.home.ask("engineer", PLACES.format(OUTCOMES))):
        assert places
        assert all(path.startswith("s3://lake/tables/rated/") for [path] in places)
    # what Trino knew by itself is forgotten: a table has one name
    known = "select count(*) from lake.information_schema.tables where table_schema = 'tables'"
    assert journey.home.ask(OWNER, known) == [[0]]


def test_an_engineer_reads_earlier_versions_through_the_metastore(journey: Journey) -> None:
    asked = "select table_versions['rated.usage_outcomes'] from lake.operations.runs limit 1"
    [[version]] = journey.home.ask("engineer", asked)
    count = f"select count(*) from {OUTCOMES} for version as of {version}"
    assert journey.home.ask("engineer", count)[0][0] > 0


@pytest.mark.parametrize("role", sorted({*ROLES} - {"engineer"}))
def test_nobody_but_engineers_sees_the_metastore(journey: Journey, role: str) -> None:
    assert ["metastore"] not in journey.home.ask(role, "show catalogs")
    with pytest.raises(StatementRefused, match=REFUSED):
        journey.home.ask(role, f"select count(*) from {OUTCOMES}")


@pytest.mark.parametrize(
    "statement",
    [
        f"delete from {OUTCOMES}",
        f"drop table {OUTCOMES}",
        f"insert into {OUTCOMES} select * from {OUTCOMES}",
        "create table metastore.rated.mine (one bigint)",
        "create schema metastore.mine",
        "drop schema metastore.rated",
        "call metastore.system.unregister_table('rated', 'usage_outcomes')",
    ],
)
def test_an_engineer_changes_nothing_there(journey: Journey, statement: str) -> None:
    with pytest.raises(StatementRefused, match=REFUSED):
        journey.home.ask("engineer", statement)


def test_not_even_the_owner_of_the_views_makes_the_vault_known(journey: Journey) -> None:
    home, place = journey.home, "s3://lake/tables/vault"
    home.ask(OWNER, f"create schema if not exists metastore.vault with (location = '{place}')")
    with pytest.raises(StatementRefused, match="Access Denied"):
        home.ask(
            OWNER,
            "call metastore.system.register_table(schema_name => 'vault', "
            f"table_name => 'numbers', table_location => '{place}/numbers')",
        )
    assert home.ask("engineer", "show tables from metastore.vault") == []
