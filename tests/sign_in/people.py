"""The administrator's requests: users made, and roles given and taken."""

from collections.abc import Iterator
from contextlib import contextmanager

import requests

from ingestion.settings import Settings
from tests.sign_in.code_flow import client, session
from tests.sign_in.conftest import password

PASSWORD = "twelve signs"


def root(settings: Settings) -> str:
    return f"https://localhost:{settings.keycloak_port}"


def realm(settings: Settings) -> str:
    return f"{root(settings)}/admin/realms/ratelake"


@contextmanager
def administration(settings: Settings) -> Iterator[requests.Session]:
    """Requests as the administrator of the first day."""
    with session(client(settings, "dashboards")) as opened:
        answer = opened.post(
            f"{root(settings)}/realms/master/protocol/openid-connect/token",
            data={
                "client_id": "admin-cli",
                "grant_type": "password",
                "username": "admin",
                "password": password(settings, "admin"),
            },
            timeout=30,
        )
        opened.headers["Authorization"] = f"Bearer {answer.json()['access_token']}"
        yield opened


def add_user(settings: Settings, admin: requests.Session, name: str) -> str:
    """A user with PASSWORD and no role; his address."""
    profile = {"email": f"{name}@ratelake.invalid", "firstName": "Zoë", "lastName": "Müller"}
    document = {
        "username": name,
        "enabled": True,
        "credentials": [{"type": "password", "value": PASSWORD}],
        **profile,
    }
    made = admin.post(f"{realm(settings)}/users", json=document, timeout=30)
    made.raise_for_status()
    return made.headers["Location"]


def give_role(settings: Settings, admin: requests.Session, user: str, role: str) -> None:
    found = admin.get(f"{realm(settings)}/roles/{role}", timeout=30).json()
    admin.post(f"{user}/role-mappings/realm", json=[found], timeout=30).raise_for_status()


def take_role(settings: Settings, admin: requests.Session, user: str, role: str) -> None:
    found = admin.get(f"{realm(settings)}/roles/{role}", timeout=30).json()
    admin.delete(f"{user}/role-mappings/realm", json=[found], timeout=30).raise_for_status()
