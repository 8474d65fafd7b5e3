"""Trino as a coordinator and a worker: both work on a query, and the worker goes and comes back."""

import json
import stat
import time
from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import psutil
import pytest
import requests

from ingestion.settings import Settings
from serving.trino import share_if_running
from stack import trino
from stack.process import free_port
from stack.tls import authority_file
from stack.trino import OWNER
from stack.trino.accounts import read_password
from stack.trino.client import StatementRefused, TrinoUnavailable, execute, home_server
from stack.trino.files import configuration, internal_address
from tests.conftest import AS_OF, Ratelake
from tests.trino.analyst_home import REFUSED, AnalystHome

pytestmark = pytest.mark.stack
SAMPLE = ("--subscribers", "40", "--events", "800", "--seed", "7")
WORKER = "worker-1"
CHARGED = """
select account_id, sum(charge_amount) from lake.rated.usage_charges
group by account_id order by account_id
"""
TOKENS = "select subscriber, count(*) from lake.raw.usage group by subscriber"
# of a statement that has ended, too: each node remembers its own
WORKED = """
select node_id from system.runtime.tasks
where query_id = ? group by node_id having sum(processed_input_rows) > 0 order by node_id
"""
# the coordinator misses a worker after six seconds, and gives up what it had there after twenty
RECOVERY_SECONDS = 60


@pytest.fixture(scope="module")
def pair(tmp_path_factory: pytest.TempPathFactory) -> Iterator[AnalystHome]:
    """A home on the disk whose server is two processes."""
    given = {"trino_port": free_port(), "trino_workers": 1}
    variables = {f"RATELAKE_{name.upper()}": str(value) for name, value in given.items()}
    home = tmp_path_factory.mktemp("pair") / "home"
    ratelake = Ratelake(Settings(home=home, **given), variables)
    ratelake("generate", *SAMPLE)
    ratelake("run", "--no-publish", *AS_OF)
    try:
        ratelake("up", "trino")
        yield AnalystHome(ratelake)
    finally:
        ratelake("down", "trino", exit_code=None)
        assert trino.running(ratelake.settings, WORKER) is None


def alone(pair: AnalystHome) -> Ratelake:
    """The command line of somebody who does not ask for a worker."""
    port = {"RATELAKE_TRINO_PORT": str(pair.settings.trino_port)}
    settings = pair.settings.model_copy(update={"trino_workers": 0})
    return replace(pair.ratelake, settings=settings, variables=port)


def status(ratelake: Ratelake, exit_code: int) -> dict[str, Any]:
    [found] = json.loads(
        ratelake("status", "trino", "--format", "json", exit_code=exit_code).stdout
    )
    return dict(found)


def worker(pair: AnalystHome) -> psutil.Process:
    found = trino.running(pair.settings, WORKER)
    assert found is not None
    return found


def nodes_of(pair: AnalystHome, user: str, sql: str) -> list[str]:
    """The nodes on which a user's query read rows."""
    with home_server(pair.settings, user) as connection:
        cursor = execute(connection, sql)
        assert cursor.fetchall()
    return [node for [node] in pair.ask("engineer", WORKED, cursor.query_id)]


def test_both_nodes_work_on_a_query(pair: AnalystHome) -> None:
    assert nodes_of(pair, "analyst", CHARGED) == ["coordinator", WORKER]
    in_spark = pair.spark(CHARGED.replace("lake.", ""))
    assert [tuple(row) for row in pair.ask("analyst", CHARGED)] == in_spark != []


def test_roles_hold_on_both_nodes(pair: AnalystHome) -> None:
    assert nodes_of(pair, "engineer", TOKENS) == ["coordinator", WORKER]
    [[token, _]] = pair.ask("analyst", TOKENS)
    assert token == "***"
    with pytest.raises(StatementRefused, match=REFUSED):
        pair.ask("analyst", "select name from lake.raw.accounts")


def test_the_worker_takes_orders_from_the_coordinator_only(pair: AnalystHome) -> None:
    address = internal_address(pair.settings, WORKER)
    owner = (OWNER, read_password(pair.settings, OWNER) or "")

    def asked(method: str, path: str, user: tuple[str, str] | None) -> int:
        with requests.Session() as session:
            session.trust_env = False
            session.verify = str(authority_file(pair.settings.tls_folder))
            json_headers = {"Content-Type": "application/json"}
            return session.request(
                method, address + path, auth=user, data='"DRAINING"', headers=json_headers
            ).status_code

    assert [asked("PUT", "/v1/info/state", user) for user in (None, owner)] == [401, 403]
    assert [asked("GET", "/v1/task", user) for user in (None, owner)] == [403, 403]
    assert asked("POST", "/v1/statement", owner) == 404


def test_no_secret_of_the_worker_is_open_to_others(pair: AnalystHome) -> None:
    folder = configuration(pair.settings, WORKER).parent
    assert {stat.S_IMODE(path.stat().st_mode) for path in folder.iterdir()} == {0o600}
    [secret] = [
        line.partition("=")[2]
        for line in configuration(pair.settings, WORKER).read_text().splitlines()
        if line.startswith("internal-communication.shared-secret=")
    ]
    log = pair.settings.trino_folder / f"{WORKER}.log"
    assert len(secret) > 20
    assert secret not in log.read_text() + " ".join(worker(pair).cmdline())


def test_status_counts_both(pair: AnalystHome) -> None:
    found, process = status(pair.ratelake, 0), trino.running(pair.settings)
    assert found["address"] == f"https://localhost:{pair.settings.trino_port}"
    assert process is not None
    assert found["memory_bytes"] > process.memory_info().rss + 10**8


def test_a_run_that_asks_for_no_worker_leaves_it(pair: AnalystHome) -> None:
    before = worker(pair)
    assert share_if_running(alone(pair).settings, lambda done, total: None)
    assert worker(pair) == before


def test_a_worker_that_was_killed_is_named_and_comes_back(pair: AnalystHome) -> None:
    before, coordinator = pair.ask("analyst", CHARGED), trino.running(pair.settings)
    worker(pair).kill()
    for ratelake in (pair.ratelake, alone(pair)):
        found = status(ratelake, 1)
        assert found["is_running"] and "worker-1 stopped" in found["address"]
        assert found["log"].endswith("worker-1.log")
    assert pair.ratelake("logs", "trino", "--lines", "5").stdout.count("\n") == 5
    assert answered_again(pair, CHARGED) == before
    assert nodes_of(pair, "analyst", CHARGED) == ["coordinator"]
    pair.ratelake("up", "trino")
    assert status(pair.ratelake, 0)["is_answering"]
    assert nodes_of(pair, "analyst", CHARGED) == ["coordinator", WORKER]
    assert trino.running(pair.settings) == coordinator


def answered_again(pair: AnalystHome, sql: str) -> list[list[Any]]:
    """What an analyst gets who asks until he gets it."""
    deadline = time.monotonic() + RECOVERY_SECONDS
    while True:
        try:
            return pair.ask("analyst", sql)
        except TrinoUnavailable as failure:
            assert "lost a worker" in str(failure) and time.monotonic() < deadline


def test_a_worker_that_is_not_asked_for_any_more_is_stopped(pair: AnalystHome) -> None:
    coordinator = trino.running(pair.settings)
    alone(pair)("up", "trino")
    assert trino.running(pair.settings, WORKER) is None
    assert trino.running(pair.settings) == coordinator
    assert status(alone(pair), 0)["is_answering"]
    assert nodes_of(pair, "analyst", CHARGED) == ["coordinator"]
    assert "worker-1 stopped" in status(pair.ratelake, 1)["address"]
