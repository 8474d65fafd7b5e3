"""The node's accounts, made at the first start; the default superuser is retired."""

import json
import os
import secrets
from pathlib import Path

from cassandra import AuthenticationFailed, DriverException
from cassandra.cluster import Cluster, NoHostAvailable, Session
from pydantic import SecretStr

from stack.cassandra.driver import new_cluster
from stack.cassandra.files import NodeFile

ADMIN = "ratelake_admin"
WRITER = "ratelake_writer"
READER = "ratelake_reader"
DEFAULT = "cassandra"


class NotReady(Exception):
    """The node listens but cannot log anyone in yet."""


def create_credentials(folder: Path) -> None:
    """Write random passwords to credentials.json, mode 0600, unless the file is there."""
    passwords = {role: secrets.token_hex(24) for role in (ADMIN, WRITER, READER)}
    try:
        handle = os.open(folder / "credentials.json", os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    except FileExistsError:
        return
    with os.fdopen(handle, "w") as file:
        json.dump(passwords, file, indent=2)


def password_of(folder: Path, role: str) -> SecretStr:
    """The password of one of the three roles of the node in `folder`."""
    return SecretStr(json.loads((folder / "credentials.json").read_text())[role])


def ensure_roles(folder: Path, node: NodeFile) -> None:
    """Log in as administrator; at the first start, make the roles and retire the default superuser.

    Can be interrupted anywhere and done again. Raises NotReady while the node cannot answer.
    """
    passwords = {role: password_of(folder, role) for role in (READER, WRITER, ADMIN)}
    try:
        try:
            retire_default(node, passwords[ADMIN])
        except AuthenticationFailed:
            create_roles(node, passwords)
            retire_default(node, passwords[ADMIN])
    except (DriverException, NoHostAvailable) as failure:
        raise NotReady(str(failure)) from failure


def create_roles(node: NodeFile, passwords: dict[str, SecretStr]) -> None:
    """The administrator comes last: as long as it is missing, the set-up is done again."""
    with_login = "with password = '{}' and login = true and superuser = {}"
    cluster, session = log_in(node, DEFAULT, SecretStr(DEFAULT))
    try:
        for role, password in passwords.items():
            # CQL takes no bind marker here; both are our own hexadecimal or constant words
            rights = with_login.format(password.get_secret_value(), str(role == ADMIN).lower())
            session.execute(f"create role if not exists {role}")
            session.execute(f"alter role {role} {rights}")
    finally:
        cluster.shutdown()


def retire_default(node: NodeFile, password: SecretStr) -> None:
    cluster, session = log_in(node, ADMIN, password)
    try:
        found = session.execute(
            "select can_login from system_auth.roles where role = %s", (DEFAULT,)
        )
        default = found.one()
        if default is not None and default.can_login:
            session.execute(
                f"alter role {DEFAULT} with superuser = false and login = false "
                f"and password = '{secrets.token_hex(24)}'"
            )
    finally:
        cluster.shutdown()


def log_in(node: NodeFile, user: str, password: SecretStr) -> tuple[Cluster, Session]:
    """Raises AuthenticationFailed when that is why no host is available, else NoHostAvailable."""
    cluster = new_cluster((node.address,), node.port, node.datacenter, user, password, node.trust)
    try:
        return cluster, cluster.connect()
    except NoHostAvailable as unavailable:
        cluster.shutdown()
        # a list of addresses when the node let the driver in once, and then not again
        errors = unavailable.errors if isinstance(unavailable.errors, dict) else {}
        for reason in errors.values():
            if isinstance(reason, AuthenticationFailed):
                raise reason from None
        raise
