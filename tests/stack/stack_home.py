"""A home on every server that `ratelake up` starts: the sample operator, and a partner of his."""

import shutil
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ingestion import lake as places
from ingestion.settings import Settings
from stack.process import free_port
from stack.tls import authority_file
from stack.trino.client import connected, rows
from tests.conftest import AS_OF, Ratelake
from tests.lake import Rows, lake
from tests.sftp.partner_home import PartnerHome
from tests.sign_in.code_flow import client, sign_in
from tests.sign_in.conftest import password

SAMPLE = ("--subscribers", "60", "--events", "1200", "--seed", "7")
PORTS = (
    "s3_port",
    "sftp_port",
    "keycloak_port",
    "trino_port",
    "dashboards_port",
    "spark_port",
    "spark_master_port",
    "metastore_port",
    "metastore_database_port",
    "cassandra_port",
)
PARTNER = "acme"
# a hundred statements on two cores, each a job of a cluster
RUN_SECONDS = 1800
COLUMNS = "event_id,service,direction,subscriber,counterparty,started_at,quantity"


@dataclass
class StackHome:
    """The command line on the home; `beside` is a home on the disk with the same files."""

    folder: Path
    ports: dict[str, int]
    beside: Ratelake
    partners: PartnerHome

    @property
    def settings(self) -> Settings:
        return Settings(home=self.folder / "home", partner_quiet_seconds=0, **self.ports)

    @property
    def ratelake(self) -> Ratelake:
        given = {**self.ports, "partner_quiet_seconds": 0}
        return Ratelake(
            self.settings,
            {f"RATELAKE_{name.upper()}": str(value) for name, value in given.items()},
            RUN_SECONDS,
        )

    def bring_call(self, name: str) -> str:
        """A call of a subscriber of the operator, in a file that the partner brings by SFTP, and
        that the home beside finds in its inbox; the number that called."""
        number = self._number()
        line = f"{name},voice,out,{number},+14155550123,2026-09-20T10:00:00Z,60"
        path = self.folder / f"{name}.csv"
        path.write_text(f"{COLUMNS}\n{line}\n")
        brought = self.partners.sftp(
            PARTNER,
            f"put {path} usage/{name}.csv.tmp",
            f"rename usage/{name}.csv.tmp usage/{name}.csv",
        )
        assert brought.returncode == 0, brought.stderr
        same = self.beside.settings.inbox_folder / "usage" / path.name
        shutil.copy2(path, same)
        return number

    def _number(self) -> str:
        """Of the first subscription, as its operator's file names it."""
        [first, *_] = sorted((self.settings.inbox_folder / "action").iterdir())
        header, line, *_ = first.read_text().splitlines()
        return dict(zip(header.split(","), line.split(","), strict=True))["subscriber"]

    def run(self, *options: str) -> None:
        """On the stack, and then beside."""
        self.ratelake("run", *options, *AS_OF)
        self.beside("run", "--no-publish", *AS_OF)

    def rows(self) -> dict[str, Rows]:
        with places.reachable(self.settings):
            return lake(self.settings)

    def ask_as(self, user: str, sql: str, *values: Any) -> list[list[Any]]:
        """What Trino answers to somebody who signed in at Keycloak."""
        access = client(self.settings, "dashboards")
        secret = password(self.settings, user)
        token = str(sign_in(access, access.redirect_uri, user, secret)["access_token"])
        url = f"https://localhost:{self.settings.trino_port}"
        ca_file = str(authority_file(self.settings.tls_folder))
        with connected(url, user, ca_file, token=token) as connection:
            return rows(connection, sql, *values)


@contextmanager
def stack_home() -> Iterator[StackHome]:
    """First embedded, as a new user begins; then all servers, and a key for the partner. OpenSSH
    locks nobody in below a folder that all may write to, such as /tmp."""
    folder = Path(tempfile.mkdtemp(prefix="ratelake-test-", dir="/srv"))
    ports = {name: free_port() for name in PORTS}
    partners = PartnerHome(folder)
    partners.set(**ports, partner_quiet_seconds=0)
    home = StackHome(folder, ports, Ratelake(Settings(home=folder / "beside")), partners)
    try:
        home.ratelake("generate", *SAMPLE)
        # with the same keys numbers have the same tokens
        for name in ("inbox", "keys"):
            shutil.copytree(home.settings.root / name, home.beside.settings.root / name)
        home.run()
        home.partners.admit(**{PARTNER: ["usage"]})
        home.ratelake("up", "--profile", "stack")
        yield home
    finally:
        home.ratelake("down", exit_code=None)
        shutil.rmtree(folder, ignore_errors=True)
