"""A home with a Trino server: the sample operator, with usage that came after its cycle closed."""

import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion.committed import committed
from ingestion.settings import Settings
from stack import cassandra
from stack.tls import authority_file
from stack.trino.client import home_server, rows
from tests.conftest import AS_OF, Ratelake

COLUMNS = "event_id,service,direction,subscriber,counterparty,started_at,quantity"
# how Trino says that something is not for who asks
REFUSED = r"Cannot select from|Relation not found or not allowed|does not exist"
CHARGED = """
select usage.event_id, outcomes.account_id, usage.subscriber
from raw.usage as usage
inner join rated.usage_charges as outcomes on usage.record_id = outcomes.record_id
where outcomes.service = 'voice' and outcomes.charge_amount > 0
order by usage.event_id limit 1
"""


@dataclass
class AnalystHome:
    """The command line on the home, and its server as each of its users."""

    ratelake: Ratelake
    # the account that the support role is assigned
    account_id: str = ""

    @property
    def settings(self) -> Settings:
        return self.ratelake.settings

    def ask(self, user: str, sql: str, *values: Any) -> list[list[Any]]:
        """All rows that a user gets. Raises StatementRefused."""
        with home_server(self.settings, user) as connection:
            return rows(connection, sql, *values)

    def spark(self, sql: str) -> list[tuple[Any, ...]]:
        with committed(self.settings) as session:
            return [tuple(row) for row in session.sql(sql).collect()]

    def deliver_late(self, name: str, started_at: str) -> None:
        """A call that the sample's first subscriber made, in a file of its own."""
        subscriber = self._number()
        line = f"{name},voice,out,{subscriber},+14155550123,{started_at},60"
        path = self.settings.inbox_folder / "usage" / f"{name}.csv"
        path.write_text(f"{COLUMNS}\n{line}\n")

    def _number(self) -> str:
        """Of the first subscription, as its operator's file names it."""
        [first, *_] = sorted((self.settings.inbox_folder / "action").iterdir())
        header, line, *_ = first.read_text().splitlines()
        return dict(zip(header.split(","), line.split(","), strict=True))["subscriber"]


@contextmanager
def analyst_home(origin: Settings, realm: Settings, folder: Path) -> Iterator[AnalystHome]:
    """A copy of the published home, on whose Cassandra node the catalog `serving` stands, with the
    Keycloak of another."""
    left_out = shutil.ignore_patterns("cassandra", "tls", "*.lock", "dbt", "logs")
    shutil.copytree(origin.root, folder, ignore=left_out)
    node = cassandra.running_node(origin)
    assert node is not None
    secret = cassandra.password_of(origin.cassandra_folder, cassandra.READER).get_secret_value()
    for shared in (realm.keycloak_folder, realm.tls_folder):
        (folder / shared.name).symlink_to(shared)
    given = {
        # which the realm knows
        "trino_port": realm.trino_port,
        "keycloak_port": realm.keycloak_port,
        "cassandra_hosts": node.host,
        "cassandra_port": node.port,
        "cassandra_ca_file": authority_file(origin.tls_folder),
        "cassandra_username": cassandra.READER,
        "cassandra_password": secret,
    }
    variables = {f"RATELAKE_{name.upper()}": str(value) for name, value in given.items()}
    home = AnalystHome(Ratelake(Settings(home=folder, **given), variables))
    [(_, home.account_id, _)] = home.spark(CHARGED)
    (folder / "support_accounts.csv").write_text(
        f"user_name,account_id\nsupport,{home.account_id}\n"
    )
    home.deliver_late("late_1", "2026-09-20T10:00:00Z")
    home.ratelake("run", "--no-publish", *AS_OF)
    try:
        home.ratelake("up", "trino")
        yield home
    finally:
        home.ratelake("down", "trino", exit_code=None)
