"""Who has which role in the home's realm, as its service account `pipeline` may read it."""

from typing import Any

import requests

from ingestion.failures import Failure
from ingestion.settings import Settings
from stack.keycloak.accounts import REALM, ROLES, ClientAccess, read_client

ANSWER_SECONDS = 10
PAGE = 500


class KeycloakUnavailable(Failure):
    """Keycloak does not answer, or not as it should."""


def members(settings: Settings) -> dict[str, list[str]] | None:
    """The names of the users of each role; None when the home has no Keycloak. Raises
    KeycloakUnavailable."""
    access = read_client(settings, "pipeline")
    if access is None:
        return None
    with requests.Session() as session:
        # to this machine no proxy leads, and no other authority vouches for it
        session.trust_env = False
        session.verify = access.ca_file
        try:
            session.headers["Authorization"] = f"Bearer {token(session, access)}"
            return {role: _members(session, settings, role) for role in ROLES}
        except (requests.RequestException, KeyError, ValueError) as failure:
            raise KeycloakUnavailable(
                f"Keycloak does not say who has which role: {failure}"
            ) from None


def token(session: requests.Session, access: ClientAccess) -> str:
    """An access token of a client that works without a person."""
    answer = session.post(
        f"{access.issuer}/protocol/openid-connect/token",
        data={"grant_type": "client_credentials"},
        auth=(access.client_id, access.client_secret.get_secret_value()),
        timeout=ANSWER_SECONDS,
    )
    answer.raise_for_status()
    return str(answer.json()["access_token"])


def _members(session: requests.Session, settings: Settings, role: str) -> list[str]:
    url = f"https://localhost:{settings.keycloak_port}/admin/realms/{REALM}/roles/{role}/users"
    found: list[dict[str, Any]] = []
    while True:
        page = {"first": str(len(found)), "max": str(PAGE), "briefRepresentation": "true"}
        answer = session.get(url, params=page, timeout=ANSWER_SECONDS)
        answer.raise_for_status()
        found += (users := answer.json())
        if len(users) < PAGE:
            return sorted(user["username"] for user in found if user["enabled"])
