"""The first users and the clients of the realm, and the secrets that each home has of its own."""

import json
import secrets
from dataclasses import dataclass
from typing import Any

from pydantic import SecretStr

from ingestion.settings import Settings
from stack.private_file import write_private
from stack.tls import authority_file

REALM = "ratelake"
# who looks after Keycloak itself; its account is in another realm than people's
ADMIN = "admin"
# a first user for each role of realm.json
ROLES = ("analyst", "finance", "support", "engineer")
# of realm.json; the last works without a person
CLIENTS = ("dashboards", "trino", "pipeline")
SECRET_BYTES = 32


@dataclass(frozen=True)
class ClientAccess:
    """How a client of the realm reaches it; `ca_file` is the authority of its certificate."""

    issuer: str
    client_id: str
    client_secret: SecretStr
    ca_file: str
    redirect_uri: str


def issuer(settings: Settings) -> str:
    return f"https://localhost:{settings.keycloak_port}/realms/{REALM}"


def write_access(settings: Settings) -> None:
    """Give each first user and each client a file of mode 0600. Secrets once made stay, and where
    people are sent back to: the realm has them from its first start on, and changes in Keycloak."""
    address = f"https://localhost:{settings.keycloak_port}"
    for name, page in ((ADMIN, "admin/"), *((role, f"realms/{REALM}/account/") for role in ROLES)):
        access = {"url": f"{address}/{page}", "username": name}
        _write(settings, name, access, {"password": _secret()})
    for name in CLIENTS:
        access = {
            "issuer": issuer(settings),
            "client_id": name,
            "ca_file": str(authority_file(settings.tls_folder)),
        }
        redirect = f"{settings.dashboards_address}/oauth2callback" if name == "dashboards" else ""
        lasting = {"client_secret": _secret(), "redirect_uri": redirect}
        _write(settings, name, access, lasting)


def _secret() -> str:
    return secrets.token_urlsafe(SECRET_BYTES)


def _write(settings: Settings, name: str, access: dict[str, str], lasting: dict[str, str]) -> None:
    path = settings.keycloak_access_file(name)
    before = _read(settings, name) if path.exists() else {}
    kept = {key: before.get(key, value) for key, value in lasting.items()}
    write_private(path, json.dumps({**access, **kept}, indent=2) + "\n")


def _read(settings: Settings, name: str) -> dict[str, Any]:
    found: dict[str, Any] = json.loads(settings.keycloak_access_file(name).read_text())
    return found


def read_client(settings: Settings, name: str) -> ClientAccess | None:
    """How the client reaches the home's Keycloak; None when the home has none."""
    if not settings.keycloak_access_file(name).exists():
        return None
    found = _read(settings, name)
    return ClientAccess(**{**found, "client_secret": SecretStr(found["client_secret"])})


def realm_variables(settings: Settings) -> dict[str, str]:
    """What Keycloak puts into realm.json when it imports it: by the environment, so that no
    secret stands in a second file or in an argument."""
    passwords = {f"PASSWORD_{role.upper()}": _read(settings, role)["password"] for role in ROLES}
    clients = {f"SECRET_{name.upper()}": _read(settings, name)["client_secret"] for name in CLIENTS}
    return {
        **passwords,
        **clients,
        "DASHBOARDS_ADDRESS": settings.dashboards_address,
        "TRINO_ADDRESS": f"https://localhost:{settings.trino_port}",
        "KC_BOOTSTRAP_ADMIN_USERNAME": ADMIN,
        "KC_BOOTSTRAP_ADMIN_PASSWORD": _read(settings, ADMIN)["password"],
    }
