"""What the coordinator and a worker say when they are asked."""

from collections.abc import Iterable

import requests

from ingestion.settings import Settings
from stack.tls import authority_file
from stack.trino.accounts import OWNER
from stack.trino.client import StatementRefused, TrinoUnavailable, home_server, rows
from stack.trino.files import COORDINATOR, internal_address

SECONDS = 10
AT_WORK = """
select node_id, http_uri from system.runtime.nodes where state = 'active' and not coordinator
"""


def answers(settings: Settings) -> bool:
    """Whether the coordinator answers a query; it listens before that."""
    return workers_seen(settings) is not None


def workers_seen(settings: Settings) -> dict[str, str] | None:
    """The workers that the coordinator gives work to, with their addresses; None when it does not
    answer a query."""
    try:
        with home_server(settings, OWNER) as connection:
            if rows(connection, "select count(*) from unnest(sequence(1, 3))") != [[3]]:
                return None
            return {str(name): str(address) for name, address in rows(connection, AT_WORK)}
    except (TrinoUnavailable, StatementRefused):
        return None


def takes_work(settings: Settings, name: str) -> bool:
    """Whether the coordinator knows this very process, and not only one of its name before it. It
    is asked when the worker is ready: a query costs a busy machine more."""
    address = internal_address(settings, name)
    return _is_ready(settings, address) and (workers_seen(settings) or {}).get(name) == address


def _is_ready(settings: Settings, address: str) -> bool:
    with requests.Session() as session:
        session.trust_env = False
        session.verify = str(authority_file(settings.tls_folder))
        try:
            said = session.get(f"{address}/v1/info", timeout=SECONDS)
            return said.ok and said.json()["starting"] is False
        except requests.RequestException:
            return False


def faults(
    names: Iterable[str], running: Iterable[str], seen: dict[str, str] | None
) -> dict[str, str]:
    """What is wrong with processes of these names, by the process whose log tells more. `seen`:
    what the coordinator says of its workers."""
    found = {name: f"{name} stopped" for name in names if name not in running}
    if seen is None:
        return found | {COORDINATOR: found.get(COORDINATOR, f"{COORDINATOR} does not answer")}
    absent = (name for name in names if name not in seen and name != COORDINATOR)
    return {name: f"{name} is not at the coordinator" for name in absent} | found
